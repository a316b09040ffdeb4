import { createRandom, type Random as Chance } from '@livetally/simulator'

/** Chance from a seed, as the simulation draws it. */
export interface Random extends Pick<Chance, 'next' | 'pick'> {
  /** A whole number, `from` ≤ x ≤ `to`. */
  whole(from: number, to: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  bytes(count: number): Buffer
  /** A chance of its own, so that what one part draws does not move the others. */
  fork(name: string): Random
}

export function drawFrom(seed: string): Random {
  const { next, below, pick } = createRandom(seed)
  return {
    next,
    pick,
    whole: (from, to) => from + below(to - from + 1),
    chance: (probability) => next() < probability,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
    fork: (name) => drawFrom(`${seed}/${name}`),
  }
}
