import type pg from 'pg'

export interface RecountContest { id: string, title: string, votesAllowed: number, options: { id: string, name: string }[] }

/** What a recount needs to know of an election, read with its own statements. */
export interface RecountElection {
  key: number
  name: string
  phase: string
  isImportedTime: boolean
  disorderMs: number
  graceMs: number
  breakdowns: string[][]
  contests: RecountContest[]
  /** Contests on the ballot of each leaf, none included. */
  styles: Map<string, RecountContest[]>
}

export async function readElection(client: pg.ClientBase, slug: string): Promise<RecountElection | undefined> {
  const { rows: [row] } = await client.query<{ key: number, name: string, phase: string, time_source: string, disorder_ms: number, grace_ms: number, breakdowns: string[][] }>(
    'SELECT key, name, phase, time_source, disorder_ms, grace_ms, breakdowns FROM election WHERE slug = $1', [slug])
  if (row === undefined) return undefined
  const { rows: contests } = await client.query<RecountContest & { reporting_unit: string }>(`
    SELECT c.id, c.title, c.votes_allowed AS "votesAllowed", c.reporting_unit,
      (SELECT json_agg(json_build_object('id', o.id, 'name', o.name) ORDER BY o.position) FROM contest_option o WHERE o.election = c.election AND o.contest = c.id) AS options
    FROM contest c WHERE c.election = $1 ORDER BY c.position`, [row.key])
  const { rows: attributes } = await client.query<{ id: string }>('SELECT id FROM voter_attribute WHERE election = $1 ORDER BY position', [row.key])
  const { rows: members } = await client.query<{ unit: string, leaf: string }>('SELECT unit, leaf FROM reporting_unit_member WHERE election = $1', [row.key])
  const leavesOf = new Map<string, string[]>()
  for (const { unit, leaf } of members) {
    const leaves = leavesOf.get(unit)
    if (leaves === undefined) leavesOf.set(unit, [leaf])
    else leaves.push(leaf)
  }
  const styles = new Map<string, RecountContest[]>(members.map(({ leaf }) => [leaf, []]))
  for (const contest of contests) for (const leaf of leavesOf.get(contest.reporting_unit) ?? []) styles.set(leaf, [...styles.get(leaf) ?? [], contest])
  return {
    key: row.key, name: row.name, phase: row.phase, isImportedTime: row.time_source === 'IMPORTED', disorderMs: row.disorder_ms, graceMs: row.grace_ms,
    breakdowns: [...attributes.map(({ id }) => [id]), ...row.breakdowns], contests, styles,
  }
}
