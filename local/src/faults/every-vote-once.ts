import type { LoadRecord } from '@livetally/simulator'
import { recount, type RecountReport } from '@livetally/stream-workers/recount'
import { expect } from 'vitest'
import { eventually, type TestNetwork } from '../test-network/index.js'
import type { ElectionUnderTest } from './election-under-test.js'

const RESULTS = `query Results($id: ID!) {
  election(id: $id) { phase results { revision status ballotsCast contests { contest { title } ballots votes undervotes overvotes totals { option { name } votes } } } }
}`

interface Published {
  election: { phase: string, results: { revision: number, status: string, ballotsCast: number, contests: { contest: { title: string }, ballots: number, votes: number, totals: { option: { name: string }, votes: number }[] }[] } }
}

/**
 * Closes the election and holds five accounts of it against each other: what was acknowledged to voters, what the ledger
 * holds, what was tallied, what was published, and what a recount from nothing finds. All must be equal.
 */
export async function expectEveryVoteOnce(network: TestNetwork, under: ElectionUnderTest, records: readonly LoadRecord[], ballots: number): Promise<RecountReport> {
  await under.close()
  const acknowledged = trackersByVoter(records)
  expect(acknowledged.size, 'every ballot was acknowledged to its voter').toBe(ballots)
  for (const [voter, trackers] of acknowledged) expect([...trackers], `the receipts of ${voter}`).toHaveLength(1)

  const { rows: ledger } = await network.pool.query<{ tracker: string }>('SELECT tracker FROM box_entry WHERE kind = 0')
  expect(new Set(ledger.map(({ tracker }) => tracker)), 'the ledger holds what was acknowledged, and nothing else').toEqual(new Set([...acknowledged.values()].flatMap((trackers) => [...trackers])))

  const { election: { results } } = await eventually(async () => {
    const answer = await network.graphql<Published>(RESULTS, { id: under.election.id })
    return answer.election.results.status === 'UNOFFICIAL_COMPLETE' ? answer : undefined
  }, { limitMs: 60_000, what: 'the complete results to be published' })
  expect(results.ballotsCast).toBe(ballots)

  const report = await recount(network.urlOf('auditor'), under.election.slug)
  if (report === undefined) throw new Error('the recount found no election')
  expect(report.checks.filter(({ problems }) => problems.length > 0)).toEqual([])
  expect(report.unpublishedBreakdowns).toEqual([])
  expect(report.ballots).toBe(ballots)
  expect(results.contests.flatMap(({ contest, totals }) => totals.map(({ option, votes }) => [contest.title, option.name, votes])))
    .toEqual(report.options.map(({ contest, option, counted }) => [contest, option, counted]))
  return report
}

/** The receipts that each ballot was answered with, by idempotency key; a repeat must name the same one. */
function trackersByVoter(records: readonly LoadRecord[]): Map<string, Set<string>> {
  const trackers = new Map<string, Set<string>>()
  for (const { ballot, answer } of records) {
    if (answer.type !== 'VoteAccepted') continue
    const known = trackers.get(ballot.idempotencyKey) ?? new Set()
    trackers.set(ballot.idempotencyKey, known.add(answer.tracker))
  }
  return trackers
}
