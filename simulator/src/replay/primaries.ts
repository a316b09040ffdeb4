import type { CountedRow } from './counted-row.js'
import { isWriteIn } from './names.js'
import { groupBy } from './split-contests.js'

/** A primary by what the file says: write-ins of two parties for one office in one precinct. */
export function looksLikePrimary(rows: readonly CountedRow[]): boolean {
  const parties = new Map<string, string>()
  return rows.some((row) => {
    if (row.party === null || !isWriteIn(row.candidate)) return false
    const key = [row.county, row.precinct, row.office, row.district ?? ''].join('\u0000')
    const other = parties.get(key) ?? row.party
    parties.set(key, row.party)
    return other !== row.party
  })
}

/**
 * In a primary each party's candidates for an office stand in a contest of their own. Rows without a party belong to the only
 * party of their office; where there are several nobody can tell whose they are, which is said in `problems`.
 */
export function assignToPrimaries(rows: readonly CountedRow[], problems: string[]): CountedRow[] {
  return groupBy(rows, ({ office, district }) => `${office}\u0000${district ?? ''}`).flatMap((group) => {
    const parties = [...new Set(group.flatMap(({ party }) => party ?? []))]
    const [only] = parties
    if (only === undefined) return group
    return group.flatMap((row) => {
      if (row.party !== null) return [row]
      if (parties.length === 1) return [{ ...row, party: only }]
      if (row.unknown > 0 || row.known.some((count) => count > 0)) problems.push(`Line ${row.line}: ${row.candidate} has no party, and in this primary ${row.office} is voted on by ${parties.join(' and ')}. Say --no-primary if the file is of no primary.`)
      return []
    })
  }).toSorted((one, other) => one.line - other.line)
}
