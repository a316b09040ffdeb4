import { createRandom, type Random } from '@livetally/simulator'
import { describe, expect, test } from 'vitest'
import { inverse, PRIME, residue } from './field.js'
import { solve } from './solve.js'

const set = (...ballots: number[]): Int32Array => Int32Array.from(ballots)
const attack = (sets: Int32Array[], ballots: number, size = 3) => solve({ sets, ballots, size, seed: 'unit', rounds: 30 })

describe('arithmetic over the prime field', () => {
  test('its modulus is a prime below 2^26, so that products are exact', () => {
    expect(PRIME).toBeLessThan(2 ** 26)
    for (let divisor = 2; divisor * divisor <= PRIME; divisor += 1) expect(PRIME % divisor).not.toBe(0)
  })
  test('whatever is not zero has an inverse', () => {
    for (const value of [1, 2, 3, 65_537, PRIME - 1, -7]) expect(residue(residue(value) * inverse(value))).toBe(1)
  })
})

describe('who solves the equations for single ballots', () => {
  test('reads the ballot by which two sets differ', () => {
    expect(attack([set(0, 1, 2, 3), set(0, 1, 3)], 4).read).toEqual([2])
  })
  test('reads ballots that come out only when several sets are combined', () => {
    // 0+1, 1+2, 0+2: half of their sum less one of them.
    expect(attack([set(0, 1), set(1, 2), set(0, 2)], 3).read).toEqual([0, 1, 2])
  })
  test('reads none where all sets are sums of the same groups', () => {
    expect(attack([set(0, 1, 2), set(3, 4, 5), set(0, 1, 2, 3, 4, 5)], 6)).toMatchObject({ read: [], smallSets: [], rank: 2, unknowns: 2 })
  })
  test('finds a pair that is always counted together, and the pair by which two groupings differ', () => {
    expect(attack([set(0, 1), set(2, 3, 4)], 5).smallSets).toEqual([[0, 1]])
    // By place {0 1 2 3} {4 5 6 7}, by age {0 1 2 4} {3 5 6 7}: ballots 3 and 4 changed sides.
    expect(attack([set(0, 1, 2, 3), set(4, 5, 6, 7), set(0, 1, 2, 4), set(3, 5, 6, 7)], 8).smallSets).toEqual([[3, 4]])
  })
  test('refuses a system that does not fit into the memory it was given', () => {
    expect(() => solve({ sets: [set(0, 1, 2, 3), set(1, 2)], ballots: 4, size: 2, seed: 'unit', mostCells: 2 })).toThrow(/attack fewer ballots/)
  })
  test('finds in small random systems what trying every set of ballots finds', () => {
    let [readInAll, smallInAll] = [0, 0]
    for (let seed = 0; seed < 120; seed += 1) {
      const random = createRandom(`brute/${seed}`)
      const ballots = 6 + random.below(6)
      const sets = Array.from({ length: 2 + random.below(ballots - 2) }, () => randomSet(random, ballots)).filter(({ length }) => length > 0)
      const solved = solve({ sets, ballots, size: 4, seed: `${seed}`, rounds: 100 })
      const span = createSpan(sets, ballots)
      const singles = subsets(ballots, 1).filter((subset) => span.holds(subset)).map(([ballot]) => ballot)
      expect(solved.read).toEqual(singles)
      expect(solved.rank).toBe(span.rank)
      const small = [...subsets(ballots, 2), ...subsets(ballots, 3)].filter((subset) => span.holds(subset) && isMinimal(subset, span))
      // Or more: a part of it of which a difference is known.
      for (const subset of small) expect(solved.smallSets.some((found) => found.every((ballot) => subset.includes(ballot))), `${subset.join()} of seed ${seed}`).toBe(true)
      readInAll += singles.length
      smallInAll += small.length
    }
    expect(readInAll).toBeGreaterThan(50)
    expect(smallInAll).toBeGreaterThan(50)
  })
})

function randomSet(random: Random, ballots: number): Int32Array {
  return Int32Array.from(Array.from({ length: ballots }, (_, ballot) => ballot).filter(() => random.next() < 0.5))
}

function subsets(ballots: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]]
  return Array.from({ length: ballots - from }, (_, at) => from + at).flatMap((first) => subsets(ballots, size - 1, first + 1).map((rest) => [first, ...rest]))
}

/** No part of it is known by itself: else the rest is what is found. */
function isMinimal(subset: readonly number[], span: Span): boolean {
  return Array.from({ length: subset.length - 1 }, (_, at) => at + 1).every((size) => subsets(subset.length, size).every((places) => !span.holds(places.map((place) => subset[place] ?? 0))))
}

interface Span { readonly rank: number, holds(subset: readonly number[]): boolean }

/** Plain elimination over fractions of big integers, to compare with. */
function createSpan(sets: readonly Int32Array[], ballots: number): Span {
  const basis: bigint[][] = []
  const reduce = (vector: bigint[]): bigint[] => basis.reduce((rest, row) => {
    const pivot = row.findIndex((value) => value !== 0n)
    const [own, other] = [row[pivot] ?? 1n, rest[pivot] ?? 0n]
    return other === 0n ? rest : rest.map((value, at) => value * own - (row[at] ?? 0n) * other)
  }, vector)
  const vectorOf = (subset: Iterable<number>): bigint[] => {
    const vector = Array.from({ length: ballots }, () => 0n)
    for (const ballot of subset) vector[ballot] = 1n
    return vector
  }
  for (const one of sets) {
    const rest = reduce(vectorOf(one))
    if (rest.some((value) => value !== 0n)) basis.push(rest)
  }
  return { rank: basis.length, holds: (subset) => reduce(vectorOf(subset)).every((value) => value === 0n) }
}
