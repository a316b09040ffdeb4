import type pg from 'pg'
import type { ResultView } from '../../election/index.js'
import { inTransaction } from '../database/in-transaction.js'
import { allowLongTransaction } from '../database/transaction-time.js'

type Change = [view: ResultView, key: string, counts: number[]]
interface Kept { revision: number, is_full: boolean, replaces: number, changes: Change[] }

const MINUTES_AT_ONCE = 50

/**
 * Of the revisions published before an instant keeps the last of each minute, as it was: it takes over the changes of those
 * that go, so that what follows still adds up. Only for the publisher whose epoch this is. Returns how many went; call again until 0.
 *
 * A minute is a transaction of its own, and none holds a lock that publishing waits for.
 */
export async function thinRevisions(pool: pg.Pool, claim: ThinningClaim, before: number): Promise<number> {
  const minutes = await crowdedMinutes(pool, claim.election, before)
  let gone = 0
  for (const { revisions } of minutes) {
    if (!await thinMinute(pool, claim, revisions)) return gone
    gone += revisions.length - 1
  }
  return gone
}

async function crowdedMinutes(pool: pg.Pool, election: number, before: number): Promise<{ revisions: number[] }[]> {
  const { rows } = await inTransaction(pool, async (client) => {
    // It only reads, and of an election that was not thinned for a day it reads a million.
    await allowLongTransaction(client, '30s')
    return { commit: true, ...await client.query<{ revisions: number[] }>(CROWDED_MINUTES, [election, new Date(before), MINUTES_AT_ONCE]) }
  })
  return rows
}

interface ThinningClaim { readonly election: number, readonly epoch: number }

/** False if somebody else publishes the election now, or is about to thin it. */
async function thinMinute(pool: pg.Pool, { election, epoch }: ThinningClaim, revisions: readonly number[]): Promise<boolean> {
  const { commit } = await inTransaction(pool, async (client) => {
    await allowLongTransaction(client, '30s')
    // Whoever had the epoch before may still be at it: two must not merge the same minute. The row of the epoch itself is what commits need.
    const { rows: [state] } = await client.query<{ is_mine: boolean }>(`
      SELECT pg_try_advisory_xact_lock(hashtext('livetally thinning'), $1) AND EXISTS (SELECT FROM publisher_position WHERE election = $1 AND epoch = $2) AS is_mine`, [election, epoch])
    return { commit: state?.is_mine === true && await mergeInto(client, election, revisions) }
  })
  return commit
}

/** False if they are not all there any more. */
async function mergeInto(client: pg.PoolClient, election: number, revisions: readonly number[]): Promise<boolean> {
  const { rows } = await client.query<Kept>('SELECT revision, is_full, replaces, changes FROM result_revision WHERE election = $1 AND revision = ANY ($2) ORDER BY revision', [election, revisions])
  const changes = new Map<string, Change>()
  for (const row of rows) {
    if (row.is_full) changes.clear()
    for (const change of row.changes) changes.set(`${change[0]}:${change[1]}`, change)
  }
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined || rows.length < revisions.length) return false
  // Deleted and written anew: no process may change a revision that is there.
  await client.query(MERGE, [election, revisions, last.revision, JSON.stringify([...changes.values()]), rows.some((row) => row.is_full), last.revision - first.revision + first.replaces])
  return true
}

/* Runs of revisions that follow each other: where clocks of publishers differ, one from another minute may lie between two. */
const CROWDED_MINUTES = `
  SELECT array_agg(revision ORDER BY revision) AS revisions FROM (
    SELECT revision, minute, row_number() OVER (ORDER BY revision) - row_number() OVER (PARTITION BY minute ORDER BY revision) AS run
    FROM (SELECT revision, date_trunc('minute', published_at) AS minute FROM result_revision WHERE election = $1 AND published_at < date_trunc('minute', $2::timestamptz)) old
  ) r GROUP BY minute, run HAVING count(*) > 1 ORDER BY min(revision) LIMIT $3`

const MERGE = `
  WITH gone AS (DELETE FROM result_revision WHERE election = $1 AND revision = ANY ($2) RETURNING *)
  INSERT INTO result_revision (election, revision, vector, status, published_at, as_of, final_until, is_full, changes, replaces)
  SELECT election, revision, vector, status, published_at, as_of, final_until, $5, $4::json, $6 FROM gone WHERE revision = $3`
