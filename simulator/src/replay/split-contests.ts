import type { PrecinctRow } from './precinct-file.js'
import { isWriteIn } from './names.js'

/** The rows of one contest, in the order of the file. */
export interface FileContest { office: string, district: string | null, isHidden: boolean, rows: PrecinctRow[] }

/**
 * Finds the contests of a file. Office and district name a contest, but in a file that gives no districts at all, one
 * office may hide several (all seats of the state house, say). Those are told apart by the candidates that a precinct
 * lists: candidates of one precinct stand in one contest, and a precinct's write-ins belong to it too. Where a file
 * gives districts, an office without one is one contest.
 */
export function splitContests(rows: readonly PrecinctRow[]): FileContest[] {
  const namesDistricts = rows.some(({ district }) => district !== null)
  const groups = groupBy(rows, ({ office, district }) => `${office}\u0000${district ?? ''}`)
  return groups.flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { office, district } = first
    const parts = namesDistricts ? [group] : splitByCandidates(group)
    return parts.map((part) => ({ office, district, isHidden: parts.length > 1, rows: part }))
  })
}

function splitByCandidates(rows: readonly PrecinctRow[]): PrecinctRow[][] {
  const leaderOf = new Map<string, string>()
  const find = (name: string): string => {
    const leader = leaderOf.get(name) ?? name
    return leader === name ? name : find(leader)
  }
  const anyOfPrecinct = new Map<string, string>()
  for (const row of rows) {
    if (isWriteIn(row.candidate)) continue
    const candidate = candidateKey(row)
    if (!leaderOf.has(candidate)) leaderOf.set(candidate, candidate)
    const other = anyOfPrecinct.get(precinctKey(row))
    if (other === undefined) anyOfPrecinct.set(precinctKey(row), candidate)
    else leaderOf.set(find(candidate), find(other))
  }
  return groupBy(rows, (row) => find(anyOfPrecinct.get(precinctKey(row)) ?? ''))
}

export function precinctKey({ county, precinct }: PrecinctRow): string {
  return `${county}\u0000${precinct}`
}

/** Party and name: two people of one name would be two candidates. */
export function candidateKey({ candidate, party }: PrecinctRow): string {
  return isWriteIn(candidate) ? 'write-in' : `${candidate}\u0000${party ?? ''}`
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups.values()]
}
