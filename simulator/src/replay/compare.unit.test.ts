import { describe, expect, it } from 'vitest'
import { compareContest, comparisonTable } from './compare.js'
import { compareSecretContest } from './compare-secret.js'
import { compareTurnout } from './compare-turnout.js'
import type { DerivedContest } from './draft-contest.js'

describe('comparing a replay with what was counted', () => {
  const contest: DerivedContest = {
    id: 'mayor', title: 'Mayor', office: 'Mayor', district: null, votesAllowed: 1, reportingUnit: 'town',
    options: [{ id: 'ada', name: 'Ada', candidate: 'Ada', party: null }],
    votes: new Map([['p-1', [[3, 1]]], ['p-2', [[2, 0]]]]),
  }
  const equal = {
    totals: new Map([['ada', 6]]),
    byChannel: new Map([['ELECTION_DAY/ada', 5], ['ABSENTEE_MAIL/ada', 1]]),
    byUnit: new Map([['p-1/ELECTION_DAY/ada', 3], ['p-1/ABSENTEE_MAIL/ada', 1], ['p-2/ELECTION_DAY/ada', 2]]),
  }
  const channels = ['ELECTION_DAY', 'ABSENTEE_MAIL'] as const

  it('finds nothing where all numbers are equal', () => {
    expect(compareContest(contest, channels, equal)).toMatchObject({ cast: 6, counted: 6, compared: 7, differences: [] })
  })

  it('finds votes that moved from one precinct to another although the totals agree', () => {
    const moved = { ...equal, byUnit: new Map([['p-1/ELECTION_DAY/ada', 2], ['p-1/ABSENTEE_MAIL/ada', 1], ['p-2/ELECTION_DAY/ada', 3]]) }
    const line = compareContest(contest, channels, moved)
    expect(line.differences).toEqual(['Mayor, Ada in p-1 by ELECTION_DAY: cast 3, counted 2', 'Mayor, Ada in p-2 by ELECTION_DAY: cast 2, counted 3'])
    expect(comparisonTable([line])).toContain('2 DIFFERENCES')
  })

  it('finds an option that the file does not have', () => {
    expect(compareContest(contest, channels, { ...equal, totals: new Map([['ada', 6], ['ben', 0]]) }).differences).toEqual(['Mayor: the option ben is not in the file'])
  })
})

describe('comparing a replay of secret ballots with what was counted', () => {
  const contest: DerivedContest = {
    id: 'mayor', title: 'Mayor', office: 'Mayor', district: null, votesAllowed: 1, reportingUnit: 'town',
    options: [{ id: 'ada', name: 'Ada', candidate: 'Ada', party: null }, { id: 'ben', name: 'Ben', candidate: 'Ben', party: null }],
    votes: new Map([['p-1', [[30, 1], [9, 0]]], ['p-2', [[2, 0], [1, 1]]], ['p-3', [[5, 5], [4, 0]]]]),
  }
  /** Place 2 has four ballots, too few to be shown alone. */
  const joined = {
    totals: new Map([['ada', 43], ['ben', 15]]),
    byPlace: new Map([['p-1/ada', 31], ['p-1/ben', 9], ['p-3/ada', 12], ['p-3/ben', 6]]),
    shownWith: new Map([['p-2', 'p-3']]),
  }

  it('compares the sums of places that are shown together, and no choices by channel', () => {
    expect(compareSecretContest(contest, joined)).toEqual({ title: 'Mayor', cast: 58, counted: 58, compared: 6, differences: [] })
  })

  it('finds votes that are counted at neither of them', () => {
    const moved = { ...joined, byPlace: new Map([...joined.byPlace, ['p-1/ada', 33], ['p-3/ada', 10]]) }
    expect(compareSecretContest(contest, moved).differences).toEqual(['Mayor, Ada in p-1: cast 31, counted 33', 'Mayor, Ada in p-2 + p-3: cast 12, counted 10'])
  })

  it('finds a place shown empty that is shown with no other', () => {
    expect(compareSecretContest(contest, { ...joined, shownWith: new Map() }).differences).toHaveLength(4)
  })

  it('finds choices that are held back', () => {
    const held = { totals: new Map([['ada', 33], ['ben', 15]]), byPlace: new Map([...joined.byPlace, ['p-1/ada', 21]]), shownWith: joined.shownWith }
    expect(compareSecretContest(contest, held).differences).toEqual(['Mayor, Ada: cast 43, counted 33', 'Mayor, Ada in p-1: cast 31, counted 21'])
  })
})

describe('comparing the turnout of a replay with what was counted', () => {
  const cast = new Map([['p-1/ELECTION_DAY', 39], ['p-1/ABSENTEE_MAIL', 1]])

  it('finds nothing where every place has its ballots by every channel', () => {
    expect(compareTurnout(cast, { total: 40, byPlace: new Map(cast) })).toEqual({ title: 'ballots', cast: 40, counted: 40, compared: 3, differences: [] })
  })

  it('finds a ballot that came by another channel, and one at a place where nobody voted', () => {
    const moved = new Map([['p-1/ELECTION_DAY', 39], ['p-9/ELECTION_DAY', 1]])
    expect(compareTurnout(cast, { total: 40, byPlace: moved }).differences).toEqual(['ballots, p-1/ABSENTEE_MAIL: cast 1, counted 0', 'ballots, p-9/ELECTION_DAY: cast 0, counted 1'])
  })
})
