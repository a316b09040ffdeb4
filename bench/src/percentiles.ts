/** Nearest-rank percentiles of a sample; NaN of an empty one. */
export function percentiles(sample: readonly number[], ranks: readonly number[]): number[] {
  const ascending = sample.toSorted((one, other) => one - other)
  return ranks.map((rank) => ascending[Math.max(0, Math.ceil((rank / 100) * ascending.length) - 1)] ?? Number.NaN)
}
