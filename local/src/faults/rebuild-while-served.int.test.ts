import { recount } from '@livetally/stream-workers/recount'
import { expect, test } from 'vitest'
import { createTestNetwork, eventually } from '../test-network/index.js'
import { openElection } from './election-under-test.js'
import { expectEveryVoteOnce } from './every-vote-once.js'

const BALLOTS = 5_000

const NOW = `query Now($id: ID!) { election(id: $id) { results { revision ballotsCast boxes { box generation nextSeq } contests { ballots votes undervotes overvotes contest { votesAllowed } totals { votes } } } } }`
const WATCH = 'subscription Watch($id: ID!) { electionResults(electionId: $id) { revision ballotsCast } }'

interface Now {
  revision: number
  ballotsCast: number
  boxes: { box: number, generation: number, nextSeq: number }[]
  contests: { ballots: number, votes: number, undervotes: number, overvotes: number, contest: { votesAllowed: number }, totals: { votes: number }[] }[]
}

test('an election whose tallies were spoilt is counted anew while people vote and look: nobody sees a number fall or not add up, and in the end all is right', async () => {
  await using network = await createTestNetwork({ suite: 'rebuild-served', apis: 2 })
  await using under = await openElection(network, 'second-look')
  const { id, slug } = under.election
  const ballots = under.ballots(BALLOTS)
  const early = under.load({ ballots: ballots.slice(0, BALLOTS / 2), rate: 1_000, batch: 50 })
  await early.run()
  const look = async (api: number): Promise<Now> => (await network.graphql<{ election: { results: Now } }>(NOW, { id }, { api })).election.results
  await eventually(async () => (await look(0)).ballotsCast === BALLOTS / 2, { limitMs: 60_000, what: 'the first half to be published' })
  // Choices by groups alone, which nobody is told while voting is open: a publisher may read its tallies anew at any time, and what it told of spoilt ones would fall.
  await network.pool.query(`UPDATE tally SET counts = counts[1:1] || (SELECT array_agg(c + 1) FROM unnest(counts[2:]) c) WHERE election = $1 AND view = 'breakdown'`, [Number(id.slice(1))])
  expect((await recount(network.urlOf('auditor'), slug))?.agrees, 'the tallies are spoilt').toBe(false)

  const frames: { revision: number, ballotsCast: number }[] = []
  const stream = network.subscribe<{ electionResults: { revision: number, ballotsCast: number } }>(WATCH, { id }, { api: 1 })
  const watching = (async () => { for await (const { electionResults } of stream) frames.push(electionResults) })().catch(() => undefined)
  const seen: Now[][] = [[], []]
  let isOver = false
  const looking = seen.map(async (mine, api) => { while (!isOver) mine.push(await look(api)) })
  const late = under.load({ ballots: ballots.slice(BALLOTS / 2), rate: 125, batch: 10 })
  const voting = late.run()
  const generations = async (): Promise<number[]> => (await look(0)).boxes.filter(({ nextSeq }) => nextSeq > 0).map(({ generation }) => generation)
  const before = await generations()
  const rebuilt = await network.run('rebuild', ['--election', slug])
  expect([rebuilt.code, rebuilt.stdout]).toEqual([0, expect.stringContaining('counted anew')])
  expect(late.records.length, 'votes are still coming').toBeLessThan(BALLOTS / 2)
  await eventually(async () => (await generations()).every((generation, box) => generation > (before[box] ?? 0)), { limitMs: 30_000, what: 'the new counts to be shown' })
  await voting
  await eventually(async () => (await look(1)).ballotsCast === BALLOTS, { limitMs: 60_000, what: 'all ballots to be published' })
  isOver = true
  await Promise.all(looking)
  await stream.close()
  await watching

  for (const mine of [...seen, frames]) {
    expect(mine.length).toBeGreaterThan(10)
    expect(mine.map(({ ballotsCast }) => ballotsCast)).toEqual(mine.map(({ ballotsCast }) => ballotsCast).toSorted((one, other) => one - other))
    expect(mine.map(({ revision }) => revision)).toEqual(mine.map(({ revision }) => revision).toSorted((one, other) => one - other))
  }
  for (const { contests } of seen.flat()) {
    for (const { ballots: cast, votes, undervotes, overvotes, contest, totals } of contests) {
      expect([votes + undervotes + overvotes, totals.reduce((sum, one) => sum + one.votes, 0)]).toEqual([contest.votesAllowed * cast, votes])
    }
  }
  expect((await expectEveryVoteOnce(network, under, [...early.records, ...late.records], BALLOTS)).agrees).toBe(true)
})
