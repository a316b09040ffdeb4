import { describe, expect, it } from 'vitest'
import { leaderOf } from './contest-leader.js'

const options = ['Apple', 'Pear', 'Plum'].map((name) => ({ id: name.toLowerCase(), name, isWriteIn: false, photoUrl: null, biography: null, campaignPlatform: null, party: null }))

function totals(votes: number[], leaders: string[], margin: number | null, isTied = false) {
  const sorted = [...votes].sort((a, b) => b - a)
  return {
    votes: votes.reduce((sum, count) => sum + count, 0),
    leaders: leaders.map((id) => ({ id })),
    margin,
    tiedForLast: isTied ? leaders.map((id) => ({ id })) : [],
    isTied,
    totals: options.map((option, at) => ({
      option: { id: option.id }, votes: votes[at] ?? 0, rank: sorted.indexOf(votes[at] ?? 0) + 1, share: { percent: null, denominator: 0, basis: 'VALID_VOTES' as const },
    })),
  }
}

describe('the leader of a contest', () => {
  it('is nobody before the first vote', () => expect(leaderOf({ options }, totals([0, 0, 0], [], null))).toEqual({ kind: 'none' }))
  it('is nobody while there are no results', () => expect(leaderOf({ options }, null)).toEqual({ kind: 'none' }))
  it('is the option with the most votes, ahead of the second', () => {
    const leader = leaderOf({ options }, totals([5, 9, 2], ['pear'], 4))
    expect(leader).toMatchObject({ kind: 'lead', margin: 4, leaders: [{ option: { id: 'pear' }, total: { votes: 9 } }], runnerUp: { id: 'apple' } })
  })
  it('names no second where two are equally close', () => expect(leaderOf({ options }, totals([4, 9, 4], ['pear'], 5))).toMatchObject({ kind: 'lead', runnerUp: null }))
  it('is a tie where the server says so', () => {
    expect(leaderOf({ options }, totals([6, 6, 1], ['apple', 'pear'], 0, true))).toMatchObject({ kind: 'tie', leaders: [{ option: { id: 'apple' } }, { option: { id: 'pear' } }] })
  })
  it('tells who is sure from who is tied for the last seat', () => {
    const leader = leaderOf({ options }, { ...totals([9, 5, 5], ['apple', 'pear', 'plum'], 0, true), tiedForLast: [{ id: 'pear' }, { id: 'plum' }] })
    expect(leader).toMatchObject({ kind: 'tie', leaders: [{ isTied: false }, { isTied: true }, { isTied: true }] })
  })
  it('keeps several leaders in ballot order', () => {
    expect(leaderOf({ options }, totals([6, 1, 8], ['plum', 'apple'], 5))).toMatchObject({ kind: 'lead', leaders: [{ option: { id: 'apple' } }, { option: { id: 'plum' } }] })
  })
})
