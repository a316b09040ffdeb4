import type pg from 'pg'
import type { Cells } from './cell-counts.js'
import type { JoinedGroups } from './group-audit.js'
import type { Rolled } from './hand-count.js'
import type { PublishedRow } from './published-counts.js'
import type { BoxHead } from './revision-rules.js'

/** `views`: names of the breakdowns that this generation of the box counts. */
export interface StoredPosition { box: number, nextSeq: number, generation: number, views: ReadonlySet<string>, rolled: Rolled }

/** One kept revision. Instants in ms since 1970; null where nothing is final yet. */
export interface StoredRevision { revision: number, replaces: number, status: string, isFull: boolean, finalUntil: number | null, vector: { box: number, generation: number, nextSeq: number }[], rows: PublishedRow[] }

/** How far each box is filled, and where it ends. */
export async function readBoxHeads(client: pg.ClientBase, election: number): Promise<BoxHead[]> {
  const { rows } = await client.query<{ box: number, next_seq: string, ballots: string, chain: string, sealed_seq: string | null }>(`SELECT box, next_seq, ballots, encode(chain, 'hex') AS chain, sealed_seq FROM ballot_box WHERE election = $1 ORDER BY box`, [election])
  return rows.map((row) => ({ box: row.box, nextSeq: Number(row.next_seq), ballots: Number(row.ballots), chain: row.chain, sealedSeq: row.sealed_seq === null ? null : Number(row.sealed_seq) }))
}

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

/** Every kept revision in its order, some at a time. */
export async function* readRevisions(client: pg.ClientBase, election: number, atOnce = 50): AsyncGenerator<StoredRevision> {
  for (let after = 0; ;) {
    const { rows } = await client.query<{ revision: number, replaces: number, status: string, is_full: boolean, final_ms: string | null, vector: StoredRevision['vector'], changes: PublishedRow[] }>(`
      SELECT revision, replaces, status, is_full, (extract(epoch FROM final_until) * 1000)::bigint AS final_ms, vector, changes
      FROM result_revision WHERE election = $1 AND revision > $2 ORDER BY revision LIMIT $3`, [election, after, atOnce])
    for (const row of rows) {
      yield { revision: row.revision, replaces: row.replaces, status: row.status, isFull: row.is_full, finalUntil: row.final_ms === null ? null : Number(row.final_ms), vector: row.vector, rows: row.changes }
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < atOnce) return
    after = last.revision
  }
}

/** Names of the breakdowns that any kept full revision tells something of. */
export async function readToldBreakdowns(client: pg.ClientBase, election: number): Promise<Set<string>> {
  const { rows } = await client.query<{ names: string }>(`
    SELECT DISTINCT split_part(c ->> 1, '/', 1) AS names FROM result_revision r CROSS JOIN LATERAL json_array_elements(r.changes) c
    WHERE r.election = $1 AND r.is_full AND c ->> 0 = 'breakdown'`, [election])
  return new Set(rows.map(({ names }) => names))
}

/** Which sets of secret ballots are told together: of each breakdown the groups that count under `_other`, and of places the one that each small one is shown with. */
export async function readJoinedSets(client: pg.ClientBase, election: number): Promise<{ groups: JoinedGroups, places: ReadonlyMap<string, string> }> {
  const { rows } = await client.query<{ names: string, joined: string[] }>('SELECT names, joined FROM group_release WHERE election = $1', [election])
  return {
    groups: new Map(rows.filter(({ names }) => names !== '').map(({ names, joined }) => [names, new Set(joined)])),
    places: new Map(rows.filter(({ names }) => names === '').flatMap(({ joined }) => joined.map((pair): [string, string] => {
      const [place = '', other = ''] = pair.split(',')
      return [place, other]
    }))),
  }
}

function put(cells: Cells, view: string, key: string, counts: readonly number[]): void {
  counts.forEach((count, place) => cells.set(`${view}|${key}|${place}`, count))
}
