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
  /** Leaf → the first-level unit whose windows count it, where these are counted. */
  firstLevel: Map<string, string>
  contestsOfFirstLevel: Map<string, RecountContest[]>
  /** `unit:KIND/leaf` → the unit of that kind that holds the leaf. */
  groups: Map<string, string>
}

interface UnitRow { id: string, kind: string, parent: string | null, composed: boolean }

export async function readElection(client: pg.ClientBase, slug: string): Promise<RecountElection | undefined> {
  const { rows: [row] } = await client.query<{ key: number, name: string, phase: string, time_source: string, disorder_ms: number, grace_ms: number, breakdowns: string[][], first_level_windows: boolean | null }>(
    'SELECT key, name, phase, time_source, disorder_ms, grace_ms, breakdowns, first_level_windows FROM election WHERE slug = $1', [slug])
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
  const { rows: units } = await client.query<UnitRow>('SELECT id, kind, parent, composed_of IS NOT NULL AS composed FROM reporting_unit WHERE election = $1 ORDER BY position', [row.key])
  const firstLevelUnits = firstLevelOf(units).filter((unit) => (leavesOf.get(unit)?.length ?? 0) > 0)
  const areCounted = row.first_level_windows ?? firstLevelUnits.length <= 50
  const alone = attributes.map(({ id }) => [id])
  return {
    key: row.key, name: row.name, phase: row.phase, isImportedTime: row.time_source === 'IMPORTED', disorderMs: row.disorder_ms, graceMs: row.grace_ms,
    breakdowns: [...alone, ...row.breakdowns.filter((names) => !alone.some(([id]) => names.length === 1 && names[0] === id))], contests, styles,
    firstLevel: new Map(areCounted ? firstLevelUnits.toReversed().flatMap((unit) => (leavesOf.get(unit) ?? []).map((leaf): [string, string] => [leaf, unit])) : []),
    contestsOfFirstLevel: new Map(firstLevelUnits.map((unit) => [unit, contests.filter((contest) => leavesOf.get(unit)?.some((leaf) => styles.get(leaf)?.includes(contest)) === true)])),
    groups: groupsOf(units, leavesOf),
  }
}

function firstLevelOf(units: readonly UnitRow[]): string[] {
  const tree = units.filter(({ composed }) => !composed)
  const roots = tree.filter(({ parent }) => parent === null)
  return (roots.length === 1 ? tree.filter(({ parent }) => parent === roots[0]?.id) : roots).map(({ id }) => id)
}

/** A leaf of the kind itself is its own group; else the first unit of the kind that holds it, in the order of the definition. */
function groupsOf(units: readonly UnitRow[], leavesOf: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const groups = new Map<string, string>()
  for (const { id, kind } of units) {
    const leaves = leavesOf.get(id) ?? []
    const isLeaf = leaves.length === 1 && leaves[0] === id
    for (const leaf of leaves) if (isLeaf || !groups.has(`unit:${kind}/${leaf}`)) groups.set(`unit:${kind}/${leaf}`, id)
  }
  return groups
}
