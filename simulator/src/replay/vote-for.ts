import { groupBy } from './split-contests.js'
import type { RawRow } from './raw-rows.js'

/**
 * Tells apart contests that share an office: where one precinct votes for four and for one under the same office and district
 * (a full term and the rest of one, say), they are two contests, and their numbers of marks become part of their names.
 */
export function splitByVoteFor(rows: readonly RawRow[]): RawRow[] {
  const split = new Set<string>()
  for (const group of groupBy(rows, (row) => `${officeOf(row)}\u0000${row.county}\u0000${row.precinct}`)) {
    const [first] = group
    if (first !== undefined && new Set(group.flatMap(({ voteFor }) => typeof voteFor === 'number' ? [voteFor] : [])).size > 1) split.add(officeOf(first))
  }
  return rows.map((row) => split.has(officeOf(row)) && typeof row.voteFor === 'number' ? { ...row, office: `${row.office} (vote for ${row.voteFor})` } : row)
}

function officeOf({ office, district }: RawRow): string {
  return `${office}\u0000${district ?? ''}`
}
