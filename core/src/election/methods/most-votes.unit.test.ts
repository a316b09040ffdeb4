import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findMostVotes } from './most-votes.js'

const votesArbitrary = fc.array(fc.nat(5), { minLength: 1, maxLength: 8 })

describe('who leads', () => {
  test.each<[what: string, votes: number[], seats: number, leaders: number[], isTied: boolean, margin: number | undefined]>([
    ['one ahead', [10, 7, 3], 1, [0], false, 3],
    ['nobody has a vote', [0, 0, 0], 1, [], false, undefined],
    ['a tie for the only seat', [4, 9, 9], 1, [1, 2], true, 0],
    ['two seats, clear', [5, 9, 7], 2, [1, 2], false, 2],
    ['two seats, the second tied', [9, 5, 5, 1], 2, [0, 1, 2], true, 0],
    ['two seats, a tie of the two who are in', [6, 6, 1], 2, [0, 1], false, 5],
    ['three seats and votes for one only', [0, 8, 0, 0], 3, [1], false, 0],
    ['as many seats as candidates', [3, 2], 2, [0, 1], false, undefined],
    ['more seats than candidates', [3, 2], 5, [0, 1], false, undefined],
    ['the only candidate', [12], 1, [0], false, undefined],
  ])('%s', (_what, votes, seats, leaders, isTied, margin) => {
    expect(findMostVotes(votes, seats)).toEqual({ leaders, isTied, margin, elected: expect.any(Array), tiedForLast: expect.any(Array) })
  })

  test('who is sure of a seat is told from who is tied for the last', () => {
    expect(findMostVotes([9, 5, 5, 1], 2)).toMatchObject({ elected: [0], tiedForLast: [1, 2] })
    expect(findMostVotes([6, 6, 1], 2)).toMatchObject({ elected: [0, 1], tiedForLast: [] })
    expect(findMostVotes([4, 9, 9], 1)).toMatchObject({ elected: [], tiedForLast: [1, 2] })
    expect(findMostVotes([0, 8, 0, 0], 3)).toMatchObject({ elected: [1], tiedForLast: [], isTied: false })
    expect(findMostVotes([0, 0], 1)).toMatchObject({ elected: [], tiedForLast: [], isTied: false })
  })

  test('leaders have at least as many votes as everybody else, and more of them than seats means a tie', () => {
    fc.assert(fc.property(votesArbitrary, fc.integer({ min: 1, max: 4 }), (votes, seats) => {
      const { leaders, isTied, elected, tiedForLast } = findMostVotes(votes, seats)
      const least = Math.min(...leaders.map((at) => votes[at] ?? 0))
      expect(votes.filter((count, at) => !leaders.includes(at) && count > 0 && count >= least)).toEqual([])
      expect(isTied).toBe(leaders.length > seats)
      expect([...elected, ...tiedForLast].toSorted((one, other) => one - other)).toEqual(leaders)
      expect(elected.length).toBeLessThanOrEqual(seats)
      expect(isTied).toBe(tiedForLast.length > 0)
    }))
  })
})
