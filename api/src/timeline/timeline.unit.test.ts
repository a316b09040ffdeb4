import 'reflect-metadata'
import { describe, expect, test } from 'vitest'
import { durationMs, durationText } from '../schema/duration.js'
import { timelineOf } from './cut-timeline.js'
import { hoursOf } from './hour-result.type.js'
import { ballotsPerSecond, ratesOf } from './rates.type.js'
import { WHOLE_TIMELINE, windowUnit } from './timeline-scope.js'
import { panesOf, shownPanes } from './timeline-under-test.js'
import { readWindow, type WindowInput } from './window-input.type.js'

const at = (ms: number): Date => new Date(ms)
const all = { from: null, to: null }
const cast = panesOf([0, 2], [10_000, 1], [60_000, 3])
const window = (size: string): WindowInput => ({ kind: 'TUMBLING', size })
const timeline = (shown: ReturnType<typeof shownPanes>, input: WindowInput, range: Parameters<typeof timelineOf>[3] = all) => timelineOf(shown, WHOLE_TIMELINE, readWindow(input), range)

describe('a timeline', () => {
  test('sums panes into windows, those without a ballot included', () => {
    expect(timeline(shownPanes(cast, { late: 4 }), window('PT30S')).map(({ start, end, ballots, isFinal, late, revision }) => [start, end, ballots, isFinal, late, revision])).toEqual([
      [at(0), at(30_000), 3, true, 4, 1], [at(30_000), at(60_000), 0, true, 4, 1], [at(60_000), at(90_000), 3, false, 4, 1],
    ])
  })

  test.each([
    [{ kind: 'HOPPING', size: 'PT1M', advance: 'PT30S' }, [3, 3, 3, 3]], [{ kind: 'CUMULATIVE', size: 'PT30S' }, [3, 3, 6]],
    [{ kind: 'SESSION', gap: 'PT30S' }, [3, 3]], [{ kind: 'SESSION', size: 'PT1M', gap: 'PT50S' }, [6]],
  ] satisfies [WindowInput, number[]][])('is cut as %o', (input, ballots) => {
    expect(timeline(shownPanes(cast), input).map((one) => one.ballots)).toEqual(ballots)
  })

  test('windows, late ballots and corrections are all ballots', () => {
    const windows = timeline(shownPanes(cast, { late: 4, corrected: -2 }), window('PT10S'))
    expect(windows.map(({ corrected }) => corrected)).toEqual(windows.map(() => -2))
    expect(windows.reduce((sum, { ballots }) => sum + ballots, (windows[0]?.late ?? 0) + (windows[0]?.corrected ?? 0))).toBe(8)
  })

  test('shows only what was asked for', () => {
    expect(timeline(shownPanes(cast), window('PT10S'), { from: at(10_000), to: at(20_000) }).map(({ start }) => start)).toEqual([at(10_000)])
  })

  test('begins where the election begins, unless an earlier time is asked for', () => {
    const opensAt = Date.parse('2026-05-04T08:00:20Z')
    const [stray, early] = [Date.parse('1926-05-04T08:00:00Z'), Date.parse('2026-05-04T08:01:00Z')]
    const shown = shownPanes(panesOf([stray, 1], [early, 2]), { opensAt })
    const starts = (input: WindowInput, range: Parameters<typeof timelineOf>[3] = all) => timeline(shown, input, range).map(({ start, ballots }) => [start.toISOString(), ballots])
    expect(starts(window('PT1M'))).toEqual([['2026-05-04T08:00:00.000Z', 0], ['2026-05-04T08:01:00.000Z', 2]])
    expect(starts({ kind: 'CUMULATIVE', size: 'PT1M' }).map(([, ballots]) => ballots), 'totals leave out nothing').toEqual([1, 3])
    expect(hoursOf(shown, '', all).map(({ ballots, ballotsSoFar }) => [ballots, ballotsSoFar])).toEqual([[2, 3]])
    expect(starts(window('PT1M'), { from: at(stray), to: at(stray + 60_000) })).toEqual([['1926-05-04T08:00:00.000Z', 1]])
  })

  test('has days by the clocks at the place of the election', () => {
    const evening = Date.parse('2026-05-04T22:30:00Z')
    const days = (timeZone: string) => timeline(shownPanes(panesOf([evening, 1]), { timeZone }), window('P1D')).map(({ start, end }) => [start.toISOString(), end.toISOString()])
    expect(days('Europe/London')).toEqual([['2026-05-03T23:00:00.000Z', '2026-05-04T23:00:00.000Z']])
    expect(days('Europe/Berlin')).toEqual([['2026-05-04T22:00:00.000Z', '2026-05-05T22:00:00.000Z']])
  })

  test.each(['PT5S', 'PT15S', 'P2D', 'PT0S', 'P1M', 'PT1.5S'])('cannot be cut into windows of %s', (size) => {
    expect(() => readWindow(window(size))).toThrow('a multiple of PT10S')
  })

  test('says so where there would be too many windows', () => {
    const long = shownPanes(panesOf([0, 1], [10_000 * 1_000, 1]))
    expect(() => timeline(long, window('PT10S'))).toThrow('This would be 1001 windows; an answer holds at most 1000.')
    expect(timeline(long, window('PT20S'))).toHaveLength(501)
  })

  test('is never of a unit whose windows are not counted', () => {
    const { election } = shownPanes(cast)
    for (const id of ['e7/u/n1', 'e7/u/atlantis', 'e8/u/north', 'north', 'e7/c/dish']) expect(() => windowUnit(election, id)).toThrow('no unit whose windows are counted')
    expect(windowUnit(election, null)).toBe('')
  })
})

test.each([0, 10_000, 90_000, 5_400_000, 28_800_000, 86_400_000, 90_061_000])('%i ms are said in ISO 8601 and understood again', (ms) => {
  expect(durationMs(durationText(ms))).toBe(ms)
})

describe('ballots by hour', () => {
  const HOUR = 3_600_000
  const shown = shownPanes(panesOf([0, 30], [HOUR, 20], [3 * HOUR + 50_000, 10]), { eligible: 200, finalUntil: 2 * HOUR })

  test('say the turnout of each hour and until its end, empty hours included', () => {
    expect(hoursOf(shown, '', all).map(({ ballots, turnout, ballotsSoFar, turnoutSoFar, isFinal }) => [ballots, turnout?.percent, ballotsSoFar, turnoutSoFar?.percent, isFinal])).toEqual([
      [30, 15, 30, 15, true], [20, 10, 50, 25, true], [0, 0, 50, 25, false], [10, 5, 60, 30, false],
    ])
  })
  test('count what came before, wherever an answer begins', () => {
    expect(hoursOf(shown, '', { from: at(3 * HOUR), to: null }).map(({ ballots, ballotsSoFar }) => [ballots, ballotsSoFar])).toEqual([[10, 60]])
  })
  test('have no turnout where the number of voters is not known', () => {
    expect(hoursOf(shownPanes(cast), '', all).map(({ turnout, turnoutSoFar }) => [turnout, turnoutSoFar])).toEqual([[null, null]])
  })
})

describe('how fast ballots come in', () => {
  test('is said for each second of the last minute', () => {
    expect(ballotsPerSecond(shownPanes(panesOf([0, 2], [10_000, 1], [60_000, 3])), 65_000)).toBeCloseTo(4 / 55)
    expect(ballotsPerSecond(shownPanes([], { asOf: null }), 65_000)).toBe(0)
  })
  test('is said for now, for the last minute and for the last hour', () => {
    const shown = shownPanes(panesOf([0, 60], [3_540_000, 100], [3_590_000, 30], [3_600_000, 20]), { asOf: 3_605_000 })
    const rates = ratesOf(shown, 3_605_000)
    expect(rates?.perSecond).toBeCloseTo(50 / 15)
    expect(rates?.perMinute).toBeCloseTo(50 / 55 * 60)
    expect(rates?.perHour).toBeCloseTo(150 / 3_595 * 3_600)
    expect(rates?.until).toEqual(at(3_605_000))
  })
  test('takes an hour that has only begun for as long as it is', () => {
    expect(ratesOf(shownPanes(panesOf([0, 60]), { asOf: 30_000 }), 30_000)?.perHour).toBeCloseTo(60 / 30 * 3_600)
  })
  test('falls to nothing when nobody votes any more', () => {
    const shown = shownPanes(panesOf([0, 60]), { asOf: 5_000 })
    expect([ratesOf(shown, 59_000)?.perSecond, ratesOf(shown, 119_000)?.perMinute, ratesOf(shown, 3_700_000)?.perHour]).toEqual([0, 0, 0])
    expect(ratesOf(shown, 1_800_000)?.perHour).toBeCloseTo(120)
  })
  test('counts a ballot whose source has a clock that is fast', () => {
    expect(ratesOf(shownPanes(panesOf([10_000, 30]), { asOf: 15_000 }), 9_000)?.perSecond).toBeCloseTo(30 / 15)
  })
  test('is said no more once voting has ended', () => {
    const shown = shownPanes(panesOf([0, 60]), { asOf: 30_000 })
    const closed = { ...shown, election: { ...shown.election, phase: 'CLOSED' as const } }
    const over = { ...shown, election: { ...shown.election, closesAt: new Date(40_000) } }
    const complete = { ...shown, facts: { ...shown.facts, status: 'UNOFFICIAL_COMPLETE' as const } }
    for (const ended of [closed, over, complete]) expect([ratesOf(ended, 40_000), ballotsPerSecond(ended, 40_000)]).toEqual([null, null])
  })
  test('is of its publication in a revision of the past, whenever it is read', () => {
    const shown = shownPanes(panesOf([60_000, 30]))
    const past = { ...shown, isPast: true, election: { ...shown.election, phase: 'CERTIFIED' as const } }
    expect([ratesOf(past, 65_000), ballotsPerSecond(past, 65_000)]).toEqual([ratesOf(past, 9e12), ballotsPerSecond(past, 9e12)])
    expect(ratesOf(past, 9e12)?.perSecond).toBeCloseTo(30 / 10)
  })
})
