/** In tenths of a per cent: those of a whole. */
const WHOLE = 1_000

/**
 * Shares of one whole in per cent, rounded to tenths so that they add up to 100.0 by the largest remainder (equal ones: the
 * first). Parts that are not all of the whole, or more, are rounded each for itself; null stays null.
 */
export function roundShares(percents: readonly (number | null)[]): (number | null)[] {
  const exact = percents.map((percent) => (percent ?? 0) * 10)
  const sum = exact.reduce((total, tenths) => total + tenths, 0)
  if (Math.abs(sum - WHOLE) > 1e-6) return percents.map((percent) => percent === null ? null : Math.round(percent * 10) / 10)
  // Divisions leave 699.9999999999999 where 700 is meant.
  const floors = exact.map((tenths) => Math.floor(tenths + 1e-9))
  const missing = WHOLE - floors.reduce((total, tenths) => total + tenths, 0)
  const remainder = (at: number): number => (exact[at] ?? 0) - (floors[at] ?? 0)
  const raised = new Set(exact.map((_, at) => at).toSorted((one, other) => remainder(other) - remainder(one) || one - other).slice(0, missing))
  return percents.map((percent, at) => percent === null ? null : ((floors[at] ?? 0) + (raised.has(at) ? 1 : 0)) / 10)
}
