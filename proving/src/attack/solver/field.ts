/** The largest prime below 2^26: the product of two residues is exact in a double. */
export const PRIME = 67_108_859

/** The residue of a whole number of at most 53 bits, 0 … PRIME − 1. */
export function residue(value: number): number {
  const rest = value % PRIME
  return rest < 0 ? rest + PRIME : rest
}

/** What makes 1 with `value`, which is no multiple of the prime. */
export function inverse(value: number): number {
  let [rest, next] = [residue(value), PRIME]
  let [factor, following] = [1, 0]
  while (next !== 0) {
    const times = Math.floor(rest / next)
    ;[rest, next] = [next, rest - times * next]
    ;[factor, following] = [following, factor - times * following]
  }
  return residue(factor)
}
