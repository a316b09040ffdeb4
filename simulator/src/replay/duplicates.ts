import type { CountedRow } from './counted-row.js'
import { isWriteIn } from './names.js'

/** Rows of one candidate and party in one precinct and contest, in the order of the file. */
export interface Twins { rows: CountedRow[], problems: string[], dropped: CountedRow[] }

/**
 * Finds candidates who stand twice in a precinct. Write-ins under two spellings are two rows that count; anything else may be
 * parts of a number or one row written twice, and nobody but a person can tell.
 */
export function settleDuplicates(rows: readonly CountedRow[], answer?: 'add' | 'once'): Twins {
  const seen = new Map<string, CountedRow>()
  const settled: Twins = { rows: [], problems: [], dropped: [] }
  for (const row of rows) {
    const key = [row.county, row.precinct, row.office, row.district ?? '', row.party ?? '', isWriteIn(row.spelling) ? row.spelling : row.candidate].join('\u0000')
    const twin = seen.get(key)
    if (twin === undefined) seen.set(key, row)
    if (twin === undefined || answer === 'add') settled.rows.push(row)
    else if (answer === 'once' && isSame(twin, row)) settled.dropped.push(row)
    else if (answer === 'once') settled.problems.push(`Line ${row.line}: the same precinct, office, party and candidate as line ${twin.line}, with other numbers.`)
    else settled.problems.push(`Line ${row.line}: the same precinct, office, party and candidate as line ${twin.line}. Say --duplicates add where both count, or --duplicates once where one row was written twice.`)
  }
  return settled
}

function isSame(one: CountedRow, other: CountedRow): boolean {
  return one.unknown === other.unknown && one.known.join() === other.known.join()
}
