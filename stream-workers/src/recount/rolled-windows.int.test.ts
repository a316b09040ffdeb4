import type { Election } from '@livetally/core/election'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCountingUnderTest, eventually, type CountingUnderTest } from '../workers-under-test.js'
import { createForger, type Forger } from './forger-under-test.js'
import { recount, type RecountReport } from './recount.js'

const DAY_MS = 86_400_000

let counting: CountingUnderTest
let forger: Forger
beforeAll(async () => {
  counting = await createCountingUnderTest()
  forger = createForger(counting.store)
})
afterAll(() => counting[Symbol.asyncDispose]())

const recounted = async ({ slug }: Election): Promise<RecountReport> => {
  const report = await recount(counting.store.urlOf('auditor'), slug)
  if (report === undefined) throw new Error('there is no such election')
  return report
}
const leftOutOf = ({ checks }: RecountReport): string[] => checks.find(({ invariant }) => invariant === 'I6')?.leftOut ?? []

/** Has every box with ballots counted anew, by a breakdown more. */
async function edit(election: Election): Promise<void> {
  const { definition } = election.structure
  await counting.store.elections.edit(election.key, 1, { ...definition, breakdowns: [...definition.breakdowns ?? [], ['unit:WARD', 'age']] })
  await eventually(async () => (await recounted(election)).unpublishedBreakdowns.length === 0, { what: 'the new breakdown to be published', limitMs: 30_000 })
}

/** Rounds of ballots, each published before the next is cast. */
async function inRounds(election: Election, times: readonly (number | undefined)[]): Promise<void> {
  for (const [round, castAt] of times.entries()) {
    await forger.cast(election, [`first of ${round}`, `second of ${round}`], {}, castAt)
    await counting.counted(election)
  }
}

test('windows of every revision are checked after boxes were counted anew, where none is old enough to be rolled up', async () => {
  const election = await counting.store.openElection()
  const workers = await counting.start()
  await inRounds(election, [undefined, undefined, undefined])
  await edit(election)
  await workers[Symbol.asyncDispose]()
  const { rows: [rebuilt] } = await counting.store.owner.query<{ boxes: string }>('SELECT count(*) AS boxes FROM box_position WHERE election = $1 AND minutes_before_ms IS NOT NULL', [election.key])
  expect(Number(rebuilt?.boxes)).toBeGreaterThan(0)
  // Nobody has tallied the box for corrections: nothing lies in it.
  await counting.store.owner.query('DELETE FROM box_position WHERE election = $1 AND box = (SELECT max(box) FROM ballot_box WHERE election = $1)', [election.key])
  const intact = await recounted(election)
  expect([intact.agrees, leftOutOf(intact)]).toEqual([true, []])

  await forger.tamper(election, `
    UPDATE result_revision SET changes = regexp_replace(changes::text, '(\\["pane","[^"]*",\\[)([0-9])', '\\19\\2')::json
    WHERE election = $1 AND revision = (SELECT min(revision) FROM result_revision WHERE election = $1 AND changes::text LIKE '%"pane"%')`)
  const forged = await recounted(election)
  expect(forged.checks.find(({ invariant }) => invariant === 'I6')?.problems.join()).toMatch(/pane\|\S* is \d by recount and 9\d in revision \d/)
})

test('windows that were told before they were rolled up are named in one line, however many revisions told them', async () => {
  const now = Date.now()
  const election = await counting.store.openElection({ boxes: 1, opensAt: new Date(now - 50 * DAY_MS).toISOString(), time: { source: 'IMPORTED', granularityMs: 1_000, disorderMs: 0, graceMs: 0 } })
  await using _workers = await counting.start()
  await inRounds(election, [now - 40 * DAY_MS, now - 39 * DAY_MS, now - 1_000])
  const before = await counting.newest(election)
  await edit(election)
  const report = await recounted(election)
  expect(report.agrees).toBe(true)
  expect(leftOutOf(report)).toEqual([expect.stringMatching(/^windows of revisions \d+ to \d+, which were told in other panes than those of now$/)])
  expect(Number(/ to (\d+),/.exec(leftOutOf(report).join())?.[1])).toBeGreaterThanOrEqual(before?.revision ?? Number.POSITIVE_INFINITY)
  expect(Number(/ to (\d+),/.exec(leftOutOf(report).join())?.[1])).toBeLessThan(report.revision)
})
