import { describe, expect, it } from 'vitest'
import { choicesState, mayHaveGroups, secrecyRemark } from './choices-state.js'

const secret = { ballotSecrecy: 'SECRET', releaseSize: 10 } as const
const open = { ballotSecrecy: 'OPEN', releaseSize: null } as const

describe('what a page says of secrecy', () => {
  it('is how many ballots\' choices are shown, and in how large groups', () => {
    expect(secrecyRemark(secret, { ballotsCast: 3_863, ballotsCorrected: 0, choicesPending: 73 })).toEqual({ kind: 'pending', size: 10, shown: 3_790, cast: 3_863, isCorrected: false })
  })
  it('is that none is shown yet while the first ones wait', () => {
    expect(secrecyRemark(secret, { ballotsCast: 4, ballotsCorrected: 0, choicesPending: 4 })).toEqual({ kind: 'pending', size: 10, shown: 0, cast: 4, isCorrected: false })
  })
  it('is that all are shown once they are', () => {
    expect(secrecyRemark(secret, { ballotsCast: 3_863, ballotsCorrected: 0, choicesPending: 0 })).toEqual({ kind: 'complete', size: 10, cast: 3_863, isCorrected: false })
  })
  it('is of the ballots that were cast, whatever corrections have added or taken away', () => {
    expect(secrecyRemark(secret, { ballotsCast: 160, ballotsCorrected: 100, choicesPending: 30 })).toEqual({ kind: 'pending', size: 10, shown: 30, cast: 60, isCorrected: true })
    expect(secrecyRemark(secret, { ballotsCast: 105, ballotsCorrected: 100, choicesPending: 0 })).toEqual({ kind: 'complete', size: 10, cast: 5, isCorrected: true })
    expect(secrecyRemark(secret, { ballotsCast: 58, ballotsCorrected: -2, choicesPending: 0 })).toEqual({ kind: 'complete', size: 10, cast: 60, isCorrected: true })
    expect(secrecyRemark(secret, { ballotsCast: 3, ballotsCorrected: 3, choicesPending: 0 }), 'a correction alone').toEqual({ kind: 'expected', size: 10 })
  })
  it('is what is to come before the first ballot, and before results are there', () => {
    const expected = { kind: 'expected', size: 10 }
    expect([secrecyRemark(secret, null), secrecyRemark(secret, { ballotsCast: 0, ballotsCorrected: 0, choicesPending: 0 })]).toEqual([expected, expected])
  })
  it('is a remark where ballots are open, whatever is counted', () => {
    expect(secrecyRemark(open, { ballotsCast: 5, ballotsCorrected: 0, choicesPending: 0 })).toEqual({ kind: 'open' })
  })
})

describe('a contest', () => {
  it('shows numbers as soon as it has choices of any ballot, blank ones included', () => {
    expect(choicesState({ ballotsCast: 30, choicesPending: 12 }, { ballots: 18, votes: 0 })).toBe('shown')
  })
  it('has its choices held back, and is no tie at zero, while ballots are in and none is shown', () => {
    expect(choicesState({ ballotsCast: 12, choicesPending: 12 }, { ballots: 0, votes: 0 })).toBe('held')
  })
  it('has nothing where nobody has voted, or nothing has come', () => {
    expect([choicesState({ ballotsCast: 0, choicesPending: 0 }, { ballots: 0, votes: 0 }), choicesState(null, null)]).toEqual(['none', 'none'])
  })
  it('has nothing where all choices are shown and it was on no ballot', () => {
    expect(choicesState({ ballotsCast: 40, choicesPending: 0 }, { ballots: 0, votes: 0 })).toBe('none')
  })
})

describe('choices by groups of voters', () => {
  it('may be there once voting has closed', () => {
    expect((['SCHEDULED', 'OPEN', 'PAUSED', 'CLOSED', 'CERTIFIED'] as const).map((phase) => mayHaveGroups({ ballotSecrecy: 'SECRET', phase }))).toEqual([false, false, false, true, true])
  })
  it('are there at any time where ballots are open', () => expect(mayHaveGroups({ ballotSecrecy: 'OPEN', phase: 'OPEN' })).toBe(true))
})
