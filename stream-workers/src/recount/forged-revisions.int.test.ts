import type { Election } from '@livetally/core/election'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCountingUnderTest, type CountingUnderTest } from '../workers-under-test.js'
import { createForger, type Forger } from './forger-under-test.js'
import { problemsOf } from './forgeries-under-test.js'
import { recount } from './recount.js'

let counting: CountingUnderTest
let forger: Forger
let election: Election
beforeAll(async () => {
  counting = await createCountingUnderTest()
  forger = createForger(counting.store)
})
afterAll(() => counting[Symbol.asyncDispose]())

/** An election with some revisions, each of which tells turnout of the mill anew. */
beforeEach(async () => {
  election = await counting.store.openElection()
  await using _workers = await counting.start()
  for (let round = 0; round < 4; round += 1) {
    await forger.cast(election, [`first of ${round}`, `second of ${round}`])
    await counting.counted(election)
  }
})

const MIDDLE = 'election = $1 AND revision = (SELECT max(revision) - 1 FROM result_revision WHERE election = $1)'
const ROW = `["place","mill/ONLINE",[`

test.each<[what: string, statement: string, foundBy: string[], says: RegExp]>([
  ['a number of a revision in the middle, which the next one tells rightly again', `UPDATE result_revision SET changes = replace(changes::text, '${ROW}', '${ROW}9')::json WHERE ${MIDDLE} AND changes::text LIKE '%${ROW.replaceAll('[', '\\[')}%'`, ['I6', 'falls'], /place\|mill\/ONLINE\|0 is \d by recount and 9\d in revision \d/],
  ['a number of a revision in the middle, so that it told less', `UPDATE result_revision SET changes = regexp_replace(changes::text, '"mill/ONLINE",\\[[0-9]+', '"mill/ONLINE",[1')::json WHERE ${MIDDLE} AND changes::text LIKE '%mill/ONLINE%'`, ['I6', 'falls'], /fell from \d to 1, and no correction says so/],
  ['the status of a revision in the middle', `UPDATE result_revision SET status = 'UNOFFICIAL_COMPLETE' WHERE ${MIDDLE}`, ['I8'], /says UNOFFICIAL_COMPLETE with box 0 at entry \d+, which is not sealed/],
  ['up to when a revision in the middle said that windows are final', `UPDATE result_revision SET final_until = now() + interval '1 day' WHERE ${MIDDLE}`, ['finality'], /takes back that windows were final/],
  ['how far a revision in the middle says that a box is counted', `UPDATE result_revision SET vector = replace(vector::text, '"box":2,', '"box":9,')::json WHERE ${MIDDLE}`, ['I6'], /leaves box 2 out|names entry 0 of box 9/],
])('a kept revision is found out that was changed: %s', async (_what, statement, foundBy, says) => {
  const intact = await recount(counting.store.urlOf('auditor'), election.slug)
  expect(intact && problemsOf(intact)).toEqual({})
  await forger.tamper(election, statement)
  const report = await recount(counting.store.urlOf('auditor'), election.slug)
  const problems = report === undefined ? {} : problemsOf(report)
  expect(Object.keys(problems), JSON.stringify(problems)).toEqual(foundBy)
  expect(Object.values(problems).flat().some((problem) => says.test(problem)), JSON.stringify(problems)).toBe(true)
})

test('kept revisions that were thinned are compared like others', async () => {
  await counting.store.owner.query(`
    WITH gone AS (DELETE FROM result_revision WHERE election = $1 RETURNING *), last AS (SELECT * FROM gone ORDER BY revision DESC LIMIT 1),
    merged AS (SELECT json_agg(c ORDER BY n) AS changes FROM (SELECT DISTINCT ON (c ->> 0, c ->> 1) c, revision AS n FROM gone CROSS JOIN LATERAL json_array_elements(changes) c ORDER BY c ->> 0, c ->> 1, revision DESC) newest)
    INSERT INTO result_revision (election, revision, vector, status, published_at, as_of, final_until, is_full, changes, replaces)
    SELECT l.election, l.revision, l.vector, l.status, l.published_at, l.as_of, l.final_until, true, m.changes, l.revision - 1 FROM last l CROSS JOIN merged m`.replaceAll('$1', String(election.key)))
  const report = await recount(counting.store.urlOf('auditor'), election.slug)
  expect(report && problemsOf(report)).toEqual({})
  expect(report?.publishedBallots).toBe(8)
})
