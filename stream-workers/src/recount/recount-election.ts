import type pg from 'pg'
import { secrecyOf, type RecountSecrecy } from './secret-cells.js'

export interface RecountContest { id: string, title: string, votesAllowed: number, options: { id: string, name: string }[] }

/** What a recount needs to know of an election, read with its own statements. */
export interface RecountElection {
  key: number
  name: string
  phase: string
  isImportedTime: boolean
  disorderMs: number
  graceMs: number
  granularityMs: number
  /** As they are now: an election that was opened or closed early says so. Ms since 1970. */
  opensAt: number
  closesAt: number
  /** From when on early ballots count; undefined: from the opening. */
  castFrom: number | undefined
  /** First bytes by which a process knows its master key again, in hex. */
  keyFingerprint: string
  /** Leaf → its ballot box. */
  boxOf: Map<string, number>
  /** Undefined where ballots are open. */
  secrecy: RecountSecrecy | undefined
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

interface UnitRow { id: string, kind: string, parent: string | null, composed: boolean, box: number | null }

interface ElectionRow {
  key: number, name: string, phase: string, time_source: string, disorder_ms: number, grace_ms: number, granularity_ms: number
  opens_ms: string, closes_ms: string, cast_from_ms: string | null, fingerprint: string, breakdowns: string[][], first_level_windows: boolean | null
  ballot_secrecy: string, release_size: number, release_units: string | null, choices_by_channel: boolean
}

const ELECTION = `
  SELECT key, name, phase, time_source, disorder_ms, grace_ms, granularity_ms, breakdowns, first_level_windows, floor(extract(epoch FROM cast_from) * 1000)::bigint AS cast_from_ms,
    floor(extract(epoch FROM opens_at) * 1000)::bigint AS opens_ms, floor(extract(epoch FROM closes_at) * 1000)::bigint AS closes_ms, encode(key_fingerprint, 'hex') AS fingerprint,
    ballot_secrecy, release_size, release_units, choices_by_channel
  FROM election WHERE slug = $1`

export async function readElection(client: pg.ClientBase, slug: string): Promise<RecountElection | undefined> {
  const { rows: [row] } = await client.query<ElectionRow>(ELECTION, [slug])
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
  const { rows: units } = await client.query<UnitRow>('SELECT id, kind, parent, composed_of IS NOT NULL AS composed, box FROM reporting_unit WHERE election = $1 ORDER BY position', [row.key])
  const firstLevelUnits = firstLevelOf(units).filter((unit) => (leavesOf.get(unit)?.length ?? 0) > 0)
  const areCounted = isWithinFirstLevel(row, units, firstLevelUnits, leavesOf) && (row.first_level_windows ?? firstLevelUnits.length <= 50)
  const alone = attributes.map(({ id }) => [id])
  const firstLevel = new Map(areCounted ? firstLevelUnits.toReversed().flatMap((unit) => (leavesOf.get(unit) ?? []).map((leaf): [string, string] => [leaf, unit])) : [])
  const groups = groupsOf(units, leavesOf)
  const leaves = units.map(({ id }) => id).filter((id) => isLeaf(id, leavesOf))
  const unitsOf = new Map(leaves.map((leaf): [string, string[]] => [leaf, []]))
  for (const { id } of units) for (const leaf of leavesOf.get(id) ?? []) if (leaf !== id) unitsOf.get(leaf)?.push(id)
  return {
    key: row.key, name: row.name, phase: row.phase, isImportedTime: row.time_source === 'IMPORTED', disorderMs: row.disorder_ms, graceMs: row.grace_ms, granularityMs: row.granularity_ms,
    opensAt: Number(row.opens_ms), closesAt: Number(row.closes_ms), castFrom: row.cast_from_ms === null ? undefined : Number(row.cast_from_ms), keyFingerprint: row.fingerprint,
    boxOf: new Map(units.flatMap(({ id, box }): [string, number][] => box === null ? [] : [[id, box]])),
    breakdowns: [...alone, ...row.breakdowns.filter((names) => !alone.some(([id]) => names.length === 1 && names[0] === id))], contests, styles, firstLevel, groups,
    contestsOfFirstLevel: new Map(firstLevelUnits.map((unit) => [unit, contests.filter((contest) => leavesOf.get(unit)?.some((leaf) => styles.get(leaf)?.includes(contest)) === true)])),
    secrecy: secrecyOf({ ballotSecrecy: row.ballot_secrecy, releaseSize: row.release_size, releaseUnits: row.release_units, choicesByChannel: row.choices_by_channel }, { leaves, unitsOf, groups, styles, firstLevel }),
  }
}

/** Windows of first-level units count choices only where none of the units at which these are released is wider than one of them. */
function isWithinFirstLevel(row: ElectionRow, units: readonly UnitRow[], firstLevelUnits: readonly string[], leavesOf: ReadonlyMap<string, readonly string[]>): boolean {
  if (row.ballot_secrecy !== 'SECRET' || row.release_units === null) return true
  const sets = firstLevelUnits.map((unit) => new Set(leavesOf.get(unit)))
  return units.filter(({ kind }) => kind === row.release_units).every(({ id }) => sets.some((set) => (leavesOf.get(id) ?? []).every((leaf) => set.has(leaf))))
}

function isLeaf(id: string, leavesOf: ReadonlyMap<string, readonly string[]>): boolean {
  const leaves = leavesOf.get(id) ?? []
  return leaves.length === 1 && leaves[0] === id
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
    for (const leaf of leaves) if (isLeaf(id, leavesOf) || !groups.has(`unit:${kind}/${leaf}`)) groups.set(`unit:${kind}/${leaf}`, id)
  }
  return groups
}
