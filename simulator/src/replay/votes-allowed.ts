/** Votes of one contest in the cells (precinct and channel) of a file: `own[i]`, and the most that any other contest has there. */
export interface CellComparison { own: readonly number[], others: readonly number[] }

/** Voters may leave the other contests blank, so a little more than the others is no sign of a second mark. */
const BLANK_SHARE = 1.05

/**
 * How many marks a voter had in a contest, as far as the numbers tell: result files do not say it. One, unless the
 * contest has clearly more votes than any other has in the precincts that vote on both; then the fewest marks that no precinct and
 * channel contradicts.
 */
export function inferVotesAllowed({ own, others }: CellComparison, options: number): number {
  const besideOthers = own.filter((_, at) => (others[at] ?? 0) > 0)
  if (sum(besideOthers) <= BLANK_SHARE * sum(others)) return 1
  const marks = own.map((count, at) => others[at] === undefined || others[at] === 0 ? 1 : Math.ceil(count / others[at]))
  return Math.min(options, Math.max(2, ...marks))
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
