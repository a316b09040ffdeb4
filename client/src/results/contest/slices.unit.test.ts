import { describe, expect, it } from 'vitest'
import { slicesOf } from './slices.js'

describe('the ring', () => {
  const totals = (...votes: number[]) => votes.map((count, at) => ({ key: `o${at}`, votes: count }))

  it('keeps ballot order', () => expect(slicesOf(totals(2, 9, 4)).map((slice) => slice.key)).toEqual(['o0', 'o1', 'o2']))
  it('has five slices at most, the small ones together at the end', () => {
    const slices = slicesOf(totals(1, 50, 2, 40, 30, 20, 3))
    expect(slices.map((slice) => [slice.key, slice.votes])).toEqual([['o1', 50], ['o3', 40], ['o4', 30], ['o5', 20], ['other', 6]])
  })
  it('loses no vote', () => expect(slicesOf(totals(1, 2, 3, 4, 5, 6, 7, 8)).reduce((sum, slice) => sum + slice.votes, 0)).toBe(36))
  it('has no slice without a vote', () => expect(slicesOf(totals(0, 3)).map((slice) => slice.key)).toEqual(['o1']))
})
