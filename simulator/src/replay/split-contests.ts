import type { PrecinctRow } from './precinct-file.js'
import { isWriteIn, nameKey } from './names.js'
import { withoutParty } from './parties.js'

/** The rows of one contest, in the order of the file. */
export interface FileContest { office: string, district: string | null, isHidden: boolean, primaryOf: string | null, rows: PrecinctRow[] }

/** How candidates of a file are told apart. */
export interface Distinction { isPrimary?: boolean, isApart?: boolean }

/**
 * Finds the contests of a file. Office and district name a contest, but in a file that gives no districts at all, one
 * office may hide several (all seats of the state house, say). Those are told apart by the candidates that a precinct
 * lists: candidates of one precinct stand in one contest, and a precinct's write-ins belong to it too. Where a file
 * gives districts, an office without one is one contest. In a primary each party has contests of its own.
 */
export function splitContests(rows: readonly PrecinctRow[], distinction: Distinction = {}): FileContest[] {
  const namesDistricts = rows.some(({ district }) => district !== null)
  const groups = groupBy(rows, ({ office, district, party }) => `${office}\u0000${district ?? ''}\u0000${distinction.isPrimary === true ? party ?? '' : ''}`)
  return groups.flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { office, district } = first
    const parts = namesDistricts ? [group] : splitByCandidates(group, distinction)
    return parts.map((part) => ({ office, district, isHidden: parts.length > 1, primaryOf: distinction.isPrimary === true ? first.party : null, rows: part }))
  })
}

function splitByCandidates(rows: readonly PrecinctRow[], distinction: Distinction): PrecinctRow[][] {
  const leaderOf = new Map<string, string>()
  const find = (name: string): string => {
    const leader = leaderOf.get(name) ?? name
    return leader === name ? name : find(leader)
  }
  const anyOfPrecinct = new Map<string, string>()
  for (const row of rows) {
    if (isWriteIn(row.candidate)) continue
    const candidate = candidateKey(row, distinction)
    if (!leaderOf.has(candidate)) leaderOf.set(candidate, candidate)
    const other = anyOfPrecinct.get(precinctKey(row))
    if (other === undefined) anyOfPrecinct.set(precinctKey(row), candidate)
    else leaderOf.set(find(candidate), find(other))
  }
  return groupBy(rows, (row) => find(anyOfPrecinct.get(precinctKey(row)) ?? ''))
}

export function precinctKey({ county, precinct }: { county: string, precinct: string }): string {
  return `${county}\u0000${precinct}`
}

/** The name, however it is spelt. One name under two parties is one candidate of both, unless a person says that they are two. */
export function candidateKey({ candidate, party }: Pick<PrecinctRow, 'candidate' | 'party'>, { isApart = false }: Distinction = {}): string {
  return isWriteIn(candidate) ? 'write-in' : `${nameKey(withoutParty(candidate, party))}\u0000${isApart ? party ?? '' : ''}`
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
