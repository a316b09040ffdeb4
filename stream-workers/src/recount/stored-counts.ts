import type pg from 'pg'
import type { Cells } from './cell-counts.js'
import type { Rolled } from './hand-count.js'

/** `views`: names of the breakdowns that this generation of the box counts. */
export interface StoredPosition { box: number, nextSeq: number, generation: number, views: ReadonlySet<string>, rolled: Rolled }

/** `electorate`: groups of registered voters, by the key of their row. */
export interface StoredRevision { revision: number, status: string, vector: Map<number, number>, cells: Cells, electorate: Map<string, readonly number[]> }

/** How far each box is tallied. */
export async function readPositions(client: pg.ClientBase, election: number): Promise<Map<number, StoredPosition>> {
  const { rows } = await client.query<{ box: number, next_seq: string, generation: number, views: string[], minutes: string | null, hours: string | null }>('SELECT box, next_seq, generation, views, minutes_before_ms AS minutes, hours_before_ms AS hours FROM box_position WHERE election = $1', [election])
  return new Map(rows.map((row) => [row.box, { box: row.box, nextSeq: Number(row.next_seq), generation: row.generation, views: new Set(row.views), rolled: { minutesBefore: Number(row.minutes ?? -Infinity), hoursBefore: Number(row.hours ?? -Infinity) } }]))
}

/** The stored tally of one box. */
export async function readTally(client: pg.ClientBase, election: number, { box, generation }: StoredPosition): Promise<Cells> {
  const cells: Cells = new Map()
  const { rows } = await client.query<{ view: string, key: string, counts: string[] }>(`
    SELECT view, key, counts FROM tally WHERE election = $1 AND box = $2 AND generation = $3
    UNION ALL
    SELECT 'pane', concat(unit, '/', (extract(epoch FROM pane_start) * 1000)::bigint, CASE WHEN size_ms <> 10000 THEN concat('/', size_ms) END), counts FROM window_tally WHERE election = $1 AND box = $2 AND generation = $3`,
  [election, box, generation])
  for (const { view, key, counts } of rows) put(cells, view, key, counts.map(Number))
  return cells
}

/** Numbers that were given to revisions since the last full one (or ever, if there is none), and whose rows are gone. */
export async function readMissingRevisions(client: pg.ClientBase, election: number, limit = 20): Promise<number[]> {
  const { rows } = await client.query<{ revision: number }>(`
    SELECT n AS revision FROM publisher_position p
    CROSS JOIN LATERAL generate_series((SELECT coalesce(max(revision), 1) FROM result_revision WHERE election = $1 AND is_full), p.last_revision) n
    WHERE p.election = $1 AND NOT EXISTS (SELECT 1 FROM result_revision r WHERE r.election = $1 AND n BETWEEN r.revision - r.replaces AND r.revision) ORDER BY n LIMIT $2`, [election, limit])
  return rows.map(({ revision }) => revision)
}

/** The newest published revision, put together from the last full one on. */
export async function readNewestRevision(client: pg.ClientBase, election: number): Promise<StoredRevision | undefined> {
  const { rows } = await client.query<{ revision: number, status: string, is_full: boolean, vector: { box: number, nextSeq: number }[], changes: [string, string, number[]][] }>(`
    SELECT revision, status, is_full, vector, changes FROM result_revision WHERE election = $1
      AND revision >= (SELECT max(revision) FROM result_revision WHERE election = $1 AND is_full) ORDER BY revision`, [election])
  const newest = rows.at(-1)
  if (newest === undefined) return undefined
  const cells: Cells = new Map()
  const electorate = new Map<string, readonly number[]>()
  for (const { changes } of rows) {
    for (const [view, key, counts] of changes) {
      if (view === 'electorate') electorate.set(key, counts)
      else if (view !== 'eligible') put(cells, view, key, counts)
    }
  }
  return { revision: newest.revision, status: newest.status, vector: new Map(newest.vector.map(({ box, nextSeq }) => [box, nextSeq])), cells, electorate }
}

function put(cells: Cells, view: string, key: string, counts: readonly number[]): void {
  counts.forEach((count, place) => cells.set(`${view}|${key}|${place}`, count))
}
