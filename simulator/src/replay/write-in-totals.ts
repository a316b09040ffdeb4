import { votesOf, type CountedRow } from './counted-row.js'
import { isNamedWriteIn, isWriteIn, titleKey } from './names.js'
import type { RowKind } from './row-kinds.js'
import { groupBy } from './split-contests.js'

/** `sums`: rows of write-in totals whose parts are in the file, too. */
export interface WriteInTotals { rows: CountedRow[], sums: CountedRow[], problems: string[] }

/**
 * Some files have `Write-In Totals` beside `Write-In: Ada` and `Not Assigned`: counting both would double them. Where the
 * total stands alone, or its parts are all 0, it is what counts; where it is their sum, they are; where it is neither, nobody
 * can tell, and what `treat` says of that spelling holds.
 */
export function settleWriteInTotals(rows: readonly CountedRow[], treat: ReadonlyMap<string, RowKind> = new Map()): WriteInTotals {
  const settled: WriteInTotals = { rows: [], sums: [], problems: [] }
  for (const group of groupBy(rows, ({ county, precinct, office, district, party }) => [county, precinct, office, district ?? '', party ?? ''].join('\u0000'))) {
    const totals = group.filter(({ spelling }) => isTotal(spelling))
    const parts = group.filter(({ spelling }) => !isTotal(spelling) && (isWriteIn(spelling) || isNamedWriteIn(spelling)))
    const sum = parts.reduce((left, row) => left + votesOf(row), 0)
    const [total] = totals
    const isSum = total !== undefined && totals.length === 1 && sum > 0 && votesOf(total) === sum
    if (isSum) settled.sums.push(total)
    else if (total !== undefined && sum > 0 && !treat.has(titleKey(total.spelling))) settled.problems.push(`Line ${total.line}: ${total.spelling} is ${votesOf(total)}, the write-ins beside it add up to ${sum}. Say --treat "${total.spelling}=VOTES" if it counts beside them, or --treat "${total.spelling}=SUM".`)
    settled.rows.push(...isSum ? group.filter((row) => row !== total) : group)
  }
  settled.rows.sort((one, other) => one.line - other.line)
  return settled
}

function isTotal(spelling: string): boolean {
  return isWriteIn(spelling) && /totals?\b/i.test(spelling)
}
