import { describe, expect, it } from 'vitest'
import { compareContest, comparisonTable } from './compare.js'
import type { DerivedContest } from './draft-contest.js'
import { atSpeed, readSpeed } from './play-speed.js'

describe('the speed of a replay', () => {
  it.each([['max', { kind: 'max' }], ['60x', { kind: 'times', factor: 60 }], ['0.5x', { kind: 'times', factor: 0.5 }], ['0x', null], ['fast', null], ['60', null]])('reads %s', (text, expected) => {
    expect(readSpeed(text)).toEqual(expected)
  })

  it('lets ballots through as their seconds come, counted from the first one', async () => {
    const startedAt = performance.now()
    const passed: [number, number][] = []
    for await (const { second } of atSpeed([{ second: 1_000 }, { second: 1_010 }, { second: 1_030 }], { kind: 'times', factor: 100 })) passed.push([second, performance.now() - startedAt])
    expect(passed.map(([second]) => second)).toEqual([1_000, 1_010, 1_030])
    expect(passed.map(([, at]) => at).toSorted((one, other) => one - other)).toEqual(passed.map(([, at]) => at))
    expect(passed[1]?.[1]).toBeGreaterThan(90)
    expect(passed[2]?.[1]).toBeGreaterThan(290)
  })
})

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
    expect(comparisonTable([line], { cast: 6, counted: 6 })).toContain('2 DIFFERENCES')
  })

  it('finds an option that the file does not have', () => {
    expect(compareContest(contest, channels, { ...equal, totals: new Map([['ada', 6], ['ben', 0]]) }).differences).toEqual(['Mayor: the option ben is not in the file'])
  })
})
