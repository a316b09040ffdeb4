import { describe, expect, it } from 'vitest'
import { roundShares } from './round-shares.js'

const shares = (votes: number[]) => votes.map((count) => count / votes.reduce((sum, one) => sum + one, 0) * 100)
const sumOfTenths = (rounded: (number | null)[]) => Math.round(rounded.reduce<number>((sum, one) => sum + (one ?? 0) * 10, 0))

describe('shares of one whole', () => {
  it('add up to 100.0', () => {
    expect(roundShares(shares([1, 1, 1]))).toEqual([33.4, 33.3, 33.3])
    expect(roundShares(shares([1, 1, 1, 1, 1, 1]))).toEqual([16.7, 16.7, 16.7, 16.7, 16.6, 16.6])
    for (let seed = 1; seed < 300; seed += 1) {
      const votes = Array.from({ length: 1 + seed % 12 }, (_, at) => (seed * 7_919 + at * 104_729) % 5_003)
      const rounded = roundShares(shares(votes))
      expect(sumOfTenths(rounded)).toBe(1_000)
      for (const [at, exact] of shares(votes).entries()) expect(Math.abs((rounded[at] ?? 0) - exact)).toBeLessThan(0.1 + 1e-9)
    }
  })
  it('are left alone where they need no rounding', () => expect(roundShares(shares([7, 2, 1]))).toEqual([70, 20, 10]))
  it('are rounded each for itself where they are parts only', () => expect(roundShares([33.333, 12.06, null])).toEqual([33.3, 12.1, null]))
  it('are none of nothing', () => expect(roundShares([null, null])).toEqual([null, null]))
})
