import type { CountedRow } from './counted-row.js'
import { isWriteIn } from './names.js'
import { groupBy } from './split-contests.js'

/** Rows of one candidate and party in one precinct and contest, in the order of the file. */
export interface Twins { rows: CountedRow[], problems: string[], warnings: string[], dropped: CountedRow[] }

interface Pair { first: CountedRow, row: CountedRow }

/**
 * Finds candidates who stand twice in a precinct. Write-ins under two spellings are two rows that count, and so are two
 * spellings of a name whose numbers differ anywhere: what is written twice has the same numbers. Anything else may be parts of
 * a number or one row written twice, and nobody but a person can tell.
 */
export function settleDuplicates(rows: readonly CountedRow[], answer?: 'add' | 'once'): Twins {
  const seen = new Map<string, CountedRow>()
  const settled: Twins = { rows: [], problems: [], warnings: [], dropped: [] }
  const pairs: Pair[] = []
  for (const row of rows) {
    const key = [row.county, row.precinct, row.office, row.district ?? '', row.party ?? '', isWriteIn(row.spelling) ? row.spelling : row.candidate].join('\u0000')
    const twin = seen.get(key)
    if (twin === undefined) seen.set(key, row)
    else pairs.push({ first: twin, row })
    if (twin === undefined || answer === 'add') settled.rows.push(row)
  }
  if (answer !== 'add') for (const ofSpellings of groupBy(pairs, spellingsOf)) settlePairs(ofSpellings, answer, settled)
  settled.rows.sort((one, other) => one.line - other.line)
  return settled
}

/** Pairs of the same two spellings of one candidate. */
function settlePairs(pairs: readonly Pair[], answer: 'once' | undefined, settled: Twins): void {
  const [pair] = pairs
  if (pair === undefined) return
  if (pair.first.spelling !== pair.row.spelling && pairs.some(({ first, row }) => !isSame(first, row))) {
    settled.rows.push(...pairs.map(({ row }) => row))
    settled.warnings.push(`Line ${pair.row.line}: "${pair.row.spelling}" and "${pair.first.spelling}" of ${pair.row.office} are counted as one; the votes of both are added.`)
    return
  }
  for (const { first, row } of pairs) {
    if (answer === 'once' && isSame(first, row)) settled.dropped.push(row)
    else if (answer === 'once') settled.problems.push(`Line ${row.line}: the same precinct, office, party and candidate as line ${first.line}, with other numbers.`)
    else settled.problems.push(`Line ${row.line}: the same precinct, office, party and candidate as line ${first.line}. Say --duplicates add where both count, or --duplicates once where one row was written twice.`)
  }
}

function spellingsOf({ first, row }: Pair): string {
  return [row.county, row.office, row.district ?? '', row.party ?? '', first.spelling, row.spelling].join('\u0000')
}

function isSame(one: CountedRow, other: CountedRow): boolean {
  return one.unknown === other.unknown && one.known.join() === other.known.join()
}
