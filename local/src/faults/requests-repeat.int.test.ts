import { ballotOf, castVotes, createApiClient } from '@livetally/simulator'
import { describe, expect, test } from 'vitest'
import { createTestNetwork } from '../test-network/index.js'
import { openElection } from './election-under-test.js'
import { expectEveryVoteOnce } from './every-vote-once.js'

describe('votes that are sent more than once', () => {
  test('are counted once when every request of a load is sent twice', async () => {
    await using network = await createTestNetwork({ suite: 'requests-repeat' })
    await using under = await openElection(network, 'requests-repeat')
    const load = under.load({ ballots: under.ballots(4_000), batch: 50, repeatEvery: 1 })
    const summary = await load.run()
    expect(summary).toMatchObject({ sent: 8_000, repeated: 4_000, refused: {} })
    await expectEveryVoteOnce(network, under, load.records, 4_000)
  })

  test('are accepted once when one voter casts 200 times at once through two API processes', async () => {
    await using network = await createTestNetwork({ suite: 'one-voter', apis: 2 })
    await using under = await openElection(network, 'one-voter')
    const clients = network.apis.map(({ url }) => createApiClient({ url, token: network.tokens.ingest, connections: 100 }))
    const ballot = ballotOf(under.electorate.voter(0))
    const answers = (await Promise.all(Array.from({ length: 200 }, (_, at) => {
      const client = clients[at % 2]
      return client === undefined ? [] : castVotes(client, under.election.id, [{ ...ballot, idempotencyKey: `attempt-${at}` }])
    }))).flat()
    expect(answers.filter(({ type }) => type === 'VoteAccepted')).toHaveLength(1)
    expect(answers.filter(({ type }) => type === 'AlreadyVoted')).toHaveLength(199)
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()))
    const { rows } = await network.pool.query('SELECT 1 FROM participation')
    expect(rows).toHaveLength(1)
  })
})
