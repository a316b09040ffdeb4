import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameCounts, percentOf, rankOptions } from './contest-counts.js'

const votesArbitrary = fc.array(fc.nat(5), { minLength: 1, maxLength: 8 })

test('ranks are as in sports: equal votes share a rank, and the next one is skipped', () => {
  expect(rankOptions([5, 9, 9, 1])).toEqual([3, 1, 1, 4])
  expect(rankOptions([0, 0])).toEqual([1, 1])
  fc.assert(fc.property(votesArbitrary, (votes) => {
    const ranks = rankOptions(votes)
    for (const [one, rank] of ranks.entries()) for (const [other, otherRank] of ranks.entries()) expect(Math.sign(rank - otherRank)).toBe(Math.sign((votes[other] ?? 0) - (votes[one] ?? 0)) + 0)
  }))
})

test('counts have names, and votes are those of all options', () => {
  expect(nameCounts([10, 4, 2, 3, 1, 0])).toEqual({ ballots: 10, undervotes: 4, overvotes: 2, votes: 4, options: [3, 1, 0] })
  expect(nameCounts([])).toEqual({ ballots: 0, undervotes: 0, overvotes: 0, votes: 0, options: [] })
})

test('a share of nothing is no share', () => {
  expect([percentOf(1, 4), percentOf(0, 4), percentOf(0, 0), percentOf(3, 0)]).toEqual([25, 0, undefined, undefined])
})
