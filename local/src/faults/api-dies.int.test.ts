import { describe, test } from 'vitest'
import { createTestNetwork, eventually } from '../test-network/index.js'
import { openElection } from './election-under-test.js'
import { expectEveryVoteOnce } from './every-vote-once.js'

const BALLOTS = 6_000

describe('the API', () => {
  test('is killed under load three times; voters who ask again with their key are counted once and keep their receipt', async () => {
    await using network = await createTestNetwork({ suite: 'api-dies' })
    await using under = await openElection(network, 'api-dies')
    const load = under.load({ ballots: under.ballots(BALLOTS), rate: 500, batch: 20, inFlight: 8 })
    const voting = load.run()
    for (const sixth of [1, 3, 5]) {
      await eventually(() => load.records.length >= BALLOTS * sixth / 6, { limitMs: 60_000, everyMs: 1 })
      await network.apis[0]?.kill('SIGKILL')
      await network.apis[0]?.start()
    }
    await voting
    await expectEveryVoteOnce(network, under, load.records, BALLOTS)
  })
})
