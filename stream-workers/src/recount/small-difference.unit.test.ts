import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findSmallDifference, type Crossing } from './small-difference.js'

/** By trying every union of sets out. */
function tryAll(crossings: readonly Crossing[], sizes: { one: number, other: number }, least: number): boolean {
  for (let union = 1; union < 2 ** (sizes.one + sizes.other); union += 1) {
    const has = (node: number): boolean => Math.floor(union / 2 ** node) % 2 === 1
    const difference = crossings.reduce((sum, { one, other, ballots }) => has(one) === has(sizes.one + other) ? sum : sum + ballots, 0)
    if (difference > 0 && difference < least) return true
  }
  return false
}

const nothingGiven = (): boolean => false

describe('a difference of few ballots between sums that are published', () => {
  test('is found exactly where trying every union finds one', () => {
    const drawn = fc.record({
      one: fc.integer({ min: 1, max: 5 }), other: fc.integer({ min: 1, max: 5 }), least: fc.integer({ min: 2, max: 12 }),
      cells: fc.array(fc.record({ one: fc.nat(4), other: fc.nat(4), ballots: fc.integer({ min: 1, max: 9 }) }), { maxLength: 14 }),
    })
    fc.assert(fc.property(drawn, ({ one, other, least, cells }) => {
      const crossings = cells.map((cell) => ({ one: cell.one % one, other: cell.other % other, ballots: cell.ballots }))
      expect(findSmallDifference(crossings, { one, other }, least, nothingGiven)).toBe(tryAll(crossings, { one, other }, least))
    }), { numRuns: 2_000 })
  })

  test('is one ballot where all but one of a place belong to groups that live nowhere else', () => {
    // place 0 has nine of group 0 and one of group 1, of which nine live at place 1
    expect(findSmallDifference([{ one: 0, other: 0, ballots: 9 }, { one: 0, other: 1, ballots: 1 }, { one: 1, other: 1, ballots: 9 }], { one: 2, other: 2 }, 5, nothingGiven)).toBe(true)
  })

  test('is none where a small set is told as a whole anyway, and one where its parts could be told', () => {
    const large = [{ one: 0, other: 0, ballots: 20 }, { one: 0, other: 1, ballots: 20 }]
    const given = (set: number, of: 'ONE' | 'OTHER'): boolean => of === 'ONE' && set === 1
    // set 1 has three ballots, of both groups, which nothing else separates
    const together = [...large, { one: 1, other: 0, ballots: 2 }, { one: 1, other: 1, ballots: 1 }]
    expect(findSmallDifference(together, { one: 2, other: 2 }, 5, nothingGiven)).toBe(true)
    expect(findSmallDifference(together, { one: 2, other: 2 }, 5, given)).toBe(false)
    // two groups that have nothing in common but set 1: subtracting tells its single ballot of group 1
    const apart = [{ one: 0, other: 0, ballots: 20 }, { one: 2, other: 1, ballots: 20 }, { one: 1, other: 0, ballots: 2 }, { one: 1, other: 1, ballots: 1 }]
    expect(findSmallDifference(apart, { one: 3, other: 2 }, 5, given)).toBe(true)
  })

  test('is looked for among twenty thousand sets in seconds', () => {
    const crossings = Array.from({ length: 20_000 }, (_, chunk) => [0, 1, 2, 3].map((at) => ({ one: chunk, other: (chunk + at) % 7, ballots: 3 }))).flat()
    expect(findSmallDifference(crossings, { one: 20_000, other: 7 }, 10, nothingGiven)).toBe(false)
    expect(findSmallDifference([...crossings, { one: 20_000, other: 0, ballots: 9 }], { one: 20_001, other: 7 }, 10, nothingGiven)).toBe(true)
  }, 30_000)
})
