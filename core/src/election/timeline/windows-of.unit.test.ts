import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paneStart, PANE_MS } from '../window.js'
import { paneEnd, type Pane } from './pane.js'
import { wallClock } from './wall-clock.js'
import type { PaneSeries, WantedWindows, Window } from './window.js'
import { createWindowGrid } from './window-grid.js'
import { LONGEST_WINDOW_MS, type WindowSpec } from './window-kind.js'
import { smallestSizeOver, windowsOf } from './windows-of.js'

const [MINUTE, HOUR] = [60_000, 3_600_000]
const MANY = 1_000_000

function seriesOf(cast: readonly [at: number, ballots: number][], finalUntil = 0): PaneSeries {
  return { panes: cast.map(([start, ballots]) => ({ start, sizeMs: PANE_MS, counts: [ballots] })), width: 1, finalUntil }
}

function cut(series: PaneSeries, spec: WindowSpec, { timeZone = 'UTC', most = MANY, ...wanted }: Partial<WantedWindows> & { timeZone?: string } = {}): Window[] {
  const found = windowsOf(series, spec, timeZone, { ...wanted, most })
  if (found.kind !== 'WINDOWS') throw new Error(`no windows: ${JSON.stringify(found)}`)
  return found.windows
}

/** `09:00:00–09:01:00 3` */
const shown = ({ start, end, counts }: Window): string => `${new Date(start).toISOString().slice(11, 19)}–${new Date(end).toISOString().slice(11, 19)} ${counts.join()}`
const at = (clock: string): number => Date.parse(`2026-05-04T${clock}Z`)
const minuteOfVoting = seriesOf([[at('09:00:00'), 1], [at('09:00:50'), 2], [at('09:02:10'), 4]])

describe('windows over three busy panes', () => {
  test('TUMBLING lie side by side, the empty minute included', () => {
    expect(cut(minuteOfVoting, { kind: 'TUMBLING', sizeMs: MINUTE }).map(shown)).toEqual(['09:00:00–09:01:00 3', '09:01:00–09:02:00 0', '09:02:00–09:03:00 4'])
  })
  test('HOPPING overlap: two minutes, beginning with each', () => {
    expect(cut(minuteOfVoting, { kind: 'HOPPING', sizeMs: 2 * MINUTE, advanceMs: MINUTE }).map(shown))
      .toEqual(['08:59:00–09:01:00 3', '09:00:00–09:02:00 3', '09:01:00–09:03:00 4', '09:02:00–09:04:00 4'])
  })
  test('CUMULATIVE hold everything until the end of each minute', () => {
    expect(cut(minuteOfVoting, { kind: 'CUMULATIVE', sizeMs: MINUTE }).map(shown)).toEqual(['09:00:00–09:01:00 3', '09:00:00–09:02:00 3', '09:00:00–09:03:00 7'])
  })
  test.each([
    [40_000, ['09:00:00–09:00:10 1', '09:00:50–09:01:00 2', '09:02:10–09:02:20 4']],
    [50_000, ['09:00:00–09:01:00 3', '09:02:10–09:02:20 4']],
    [70_000, ['09:00:00–09:01:00 3', '09:02:10–09:02:20 4']],
    [80_000, ['09:00:00–09:02:20 7']],
  ])('SESSION ends where nobody votes for %i ms', (gapMs, expected) => {
    expect(cut(minuteOfVoting, { kind: 'SESSION', gapMs }).map(shown)).toEqual(expected)
  })
  test('are none before the first ballot', () => {
    for (const spec of [{ kind: 'TUMBLING', sizeMs: MINUTE }, { kind: 'HOPPING', sizeMs: MINUTE, advanceMs: 10_000 }, { kind: 'CUMULATIVE', sizeMs: MINUTE }, { kind: 'SESSION', gapMs: MINUTE }] as const) {
      expect(cut(seriesOf([]), spec)).toEqual([])
    }
  })
  test('count votes of every option apart', () => {
    const panes = [[0, [1, 0, 2]], [10_000, [0, 5, 1]]].map(([start, counts]) => ({ start, sizeMs: PANE_MS, counts }) as Pane)
    expect(cut({ panes, width: 3, finalUntil: 0 }, { kind: 'TUMBLING', sizeMs: 20_000 }).map(({ counts }) => counts)).toEqual([[1, 5, 3]])
  })
  test('take no count out of the panes they are cut from', () => {
    const before = structuredClone(minuteOfVoting)
    for (const kind of ['TUMBLING', 'CUMULATIVE'] as const) cut(minuteOfVoting, { kind, sizeMs: MINUTE }).forEach(({ counts }) => (counts as number[]).fill(99))
    cut(minuteOfVoting, { kind: 'SESSION', gapMs: 10_000 }).forEach(({ counts }) => (counts as number[]).fill(99))
    expect(minuteOfVoting).toEqual(before)
  })
})

describe('a window is final', () => {
  const until = (clock: string): PaneSeries => ({ ...minuteOfVoting, finalUntil: at(clock) })
  const finals = (series: PaneSeries, spec: WindowSpec): number => cut(series, spec).filter(({ isFinal }) => isFinal).length

  test('once nothing can be cast before its end any more', () => {
    for (const kind of ['TUMBLING', 'CUMULATIVE'] as const) {
      expect(finals(until('09:00:59'), { kind, sizeMs: MINUTE })).toBe(0)
      expect(finals(until('09:01:00'), { kind, sizeMs: MINUTE })).toBe(1)
      expect(finals(until('10:00:00'), { kind, sizeMs: MINUTE })).toBe(3)
    }
    expect(finals(until('09:03:00'), { kind: 'HOPPING', sizeMs: 2 * MINUTE, advanceMs: MINUTE })).toBe(3)
  })
  test('if it is a session, only once its gap has passed as well', () => {
    expect(finals(until('09:02:19'), { kind: 'SESSION', gapMs: MINUTE })).toBe(1)
    expect(finals(until('09:03:19'), { kind: 'SESSION', gapMs: MINUTE })).toBe(1)
    expect(finals(until('09:03:20'), { kind: 'SESSION', gapMs: MINUTE })).toBe(2)
  })
})

describe('panes that were rolled up', () => {
  const hourly: Pane[] = [{ start: at('06:00:00'), sizeMs: HOUR, counts: [30] }, { start: at('07:00:00'), sizeMs: MINUTE, counts: [2] }, { start: at('07:01:00'), sizeMs: PANE_MS, counts: [1] }]
  const series: PaneSeries = { panes: hourly, width: 1, finalUntil: 0 }

  test('still give every window that does not cut them', () => {
    expect(cut(series, { kind: 'TUMBLING', sizeMs: HOUR }).map(shown)).toEqual(['06:00:00–07:00:00 30', '07:00:00–08:00:00 3'])
    expect(cut(series, { kind: 'TUMBLING', sizeMs: MINUTE }, { from: at('07:00:00') }).map(shown)).toEqual(['07:00:00–07:01:00 2', '07:01:00–07:02:00 1'])
    expect(cut(series, { kind: 'CUMULATIVE', sizeMs: MINUTE }, { from: at('07:00:00') }).map(shown)).toEqual(['06:00:00–07:01:00 32', '06:00:00–07:02:00 33'])
  })
  test.each([
    [{ kind: 'TUMBLING', sizeMs: 30 * MINUTE }, hourly[0]], [{ kind: 'CUMULATIVE', sizeMs: MINUTE }, hourly[0]],
    [{ kind: 'HOPPING', sizeMs: 2 * HOUR, advanceMs: 15 * MINUTE }, hourly[0]], [{ kind: 'TUMBLING', sizeMs: 7 * HOUR }, undefined],
  ] satisfies [WindowSpec, Pane | undefined][])('are never divided: %o', (spec, pane) => {
    const found = windowsOf(series, spec, 'UTC', { most: MANY })
    expect(found).toEqual(pane === undefined ? expect.objectContaining({ kind: 'WINDOWS' }) : { kind: 'CUTS_PANE', pane })
  })
  test('are never divided by where an answer begins', () => {
    expect(windowsOf(series, { kind: 'TUMBLING', sizeMs: MINUTE }, 'UTC', { from: at('06:30:00'), most: MANY })).toEqual({ kind: 'CUTS_PANE', pane: hourly[0] })
  })
  test('tell no session, for nobody knows where in them the pauses were', () => {
    expect(windowsOf(series, { kind: 'SESSION', gapMs: MINUTE }, 'UTC', { most: MANY })).toEqual({ kind: 'CUTS_PANE', pane: hourly[0] })
    const later = [...hourly, { start: at('09:00:00'), sizeMs: PANE_MS, counts: [5] }]
    expect(cut({ ...series, panes: later }, { kind: 'SESSION', gapMs: MINUTE }, { from: at('08:00:00') }).map(shown)).toEqual(['09:00:00–09:00:10 5'])
  })
  test('name the smallest size that can still be asked for, by the clocks of the place', () => {
    expect(smallestSizeOver(hourly, 'UTC')).toBe(HOUR)
    expect(smallestSizeOver(hourly.slice(1), 'UTC')).toBe(MINUTE)
    expect(smallestSizeOver(hourly, 'Asia/Kolkata')).toBe(8 * HOUR)
    expect(smallestSizeOver([{ start: at('18:00:00'), sizeMs: HOUR, counts: [1] }], 'Asia/Kolkata'), 'local midnight is in it').toBeUndefined()
  })
})

test('more windows than an answer may hold are refused, saying how many there would be', () => {
  const series = seriesOf([[0, 1], [3_600_000, 1]])
  for (const [spec, count] of [[{ kind: 'TUMBLING', sizeMs: MINUTE }, 61], [{ kind: 'CUMULATIVE', sizeMs: MINUTE }, 61], [{ kind: 'SESSION', gapMs: MINUTE }, 2], [{ kind: 'HOPPING', sizeMs: 2 * MINUTE, advanceMs: MINUTE }, 62]] as const) {
    expect(windowsOf(series, spec, 'UTC', { most: count }).kind).toBe('WINDOWS')
    const refused = windowsOf(series, spec, 'UTC', { most: count - 1 })
    expect(refused.kind).toBe('TOO_MANY')
    expect(refused.kind === 'TOO_MANY' && Math.abs(refused.count - count)).toBeLessThanOrEqual(1)
  }
})

describe('for any ballots, at any place, around any change of the clocks', () => {
  const changes = [Date.UTC(2026, 2, 8, 7), Date.UTC(2026, 10, 1, 6), Date.UTC(2026, 3, 4, 15), Date.UTC(2026, 9, 25, 1), Date.UTC(2026, 10, 1, 5), Date.UTC(2026, 3, 23, 22)]
  const anyZone = fc.constantFrom('UTC', 'America/New_York', 'Europe/London', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Havana', 'Africa/Cairo')
  const anyLength = fc.oneof(fc.constantFrom(6, 30, 60, 180, 360, 720, 2_160, 8_640), fc.integer({ min: 5, max: 8_640 })).map((panes) => panes * PANE_MS)
  const anySpec: fc.Arbitrary<WindowSpec> = fc.oneof(
    anyLength.map((sizeMs) => ({ kind: 'TUMBLING' as const, sizeMs })),
    anyLength.map((sizeMs) => ({ kind: 'CUMULATIVE' as const, sizeMs })),
    anyLength.map((gapMs) => ({ kind: 'SESSION' as const, gapMs })),
    fc.tuple(anyLength, fc.integer({ min: 1, max: 12 })).map(([advanceMs, overlap]) => ({ kind: 'HOPPING' as const, advanceMs: Math.min(advanceMs, LONGEST_WINDOW_MS / 24), sizeMs: Math.min(advanceMs, LONGEST_WINDOW_MS / 24) * overlap })),
  )
  const anyBallots = fc.tuple(fc.constantFrom(...changes), fc.array(fc.integer({ min: -40 * HOUR, max: 40 * HOUR }), { maxLength: 25 })).map(([change, times]) => times.map((by) => change + by))
  const anyRange = fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -50 * HOUR, max: 50 * HOUR }), fc.integer({ min: 0, max: 60 * HOUR })).map(([change, by, length]) => ({ from: change + by, to: change + by + length }))

  const panesOf = (ballots: readonly number[], finalUntil: number): PaneSeries => {
    const sums = new Map<number, number>()
    for (const ballot of ballots) sums.set(paneStart(ballot), (sums.get(paneStart(ballot)) ?? 0) + 1)
    return seriesOf([...sums].toSorted(([one], [other]) => one - other), finalUntil)
  }
  const sum = (windows: readonly Window[]): number => windows.reduce((total, { counts }) => total + (counts[0] ?? 0), 0)
  const within = (ballots: readonly number[], { start, end }: { start: number, end: number }): number => ballots.filter((ballot) => ballot >= start && ballot < end).length

  test('each window holds the ballots cast within it, counted one by one', () => {
    fc.assert(fc.property(anyBallots, anySpec, anyZone, (ballots, spec, timeZone) => {
      for (const window of cut(panesOf(ballots, 0), spec, { timeZone })) expect(window.counts[0]).toBe(within(ballots, window))
    }), { numRuns: 200 })
  })

  test('each ballot is in one tumbling window, one session, and as many hopping ones as overlap; the last cumulative window holds all', () => {
    fc.assert(fc.property(anyBallots, anySpec, anyZone, (ballots, spec, timeZone) => {
      const windows = cut(panesOf(ballots, 0), spec, { timeZone })
      switch (spec.kind) {
        case 'TUMBLING':
        case 'SESSION': expect(sum(windows)).toBe(ballots.length); break
        case 'HOPPING': expect(sum(windows)).toBe(ballots.length * spec.sizeMs / spec.advanceMs); break
        case 'CUMULATIVE': expect(sum(windows.slice(-1))).toBe(ballots.length); break
        default: spec satisfies never
      }
    }), { numRuns: 200 })
  })

  test('what is asked for a time are those windows of the whole that touch it, unchanged', () => {
    fc.assert(fc.property(anyBallots, anySpec, anyZone, anyRange, (ballots, spec, timeZone, range) => {
      const series = panesOf(ballots, range.from)
      const whole = cut(series, spec, { timeZone })
      const touches = ({ start, end }: Window): boolean => spec.kind === 'CUMULATIVE'
        ? end > range.from && createWindowGrid(wallClock(timeZone), spec.sizeMs).startOf(end - 1) < range.to
        : end > range.from && start < range.to
      expect(cut(series, spec, { timeZone, ...range })).toEqual(whole.filter(touches))
    }), { numRuns: 200 })
  })

  test('a session never holds its gap without a ballot, and between two sessions lies one at least', () => {
    fc.assert(fc.property(anyBallots, anyLength, (ballots, gapMs) => {
      const { panes } = panesOf(ballots, 0)
      const sessions = cut(panesOf(ballots, 0), { kind: 'SESSION', gapMs })
      sessions.slice(1).forEach(({ start }, before) => { expect(start - (sessions[before]?.end ?? 0)).toBeGreaterThanOrEqual(gapMs) })
      for (const { start, end } of sessions) {
        const inside = panes.filter((pane) => pane.start >= start && paneEnd(pane) <= end)
        inside.slice(1).forEach((pane, before) => { expect(pane.start - paneEnd(inside[before] ?? pane)).toBeLessThan(gapMs) })
      }
    }))
  })

  test('panes rolled up to minutes give the same windows of minutes, byte by byte', () => {
    fc.assert(fc.property(anyBallots, fc.constantFrom(MINUTE, 5 * MINUTE, HOUR, 24 * HOUR), anyZone, fc.constantFrom('TUMBLING', 'CUMULATIVE'), (ballots, sizeMs, timeZone, kind) => {
      const series = panesOf(ballots, 0)
      const minutes = cut(series, { kind: 'TUMBLING', sizeMs: MINUTE }).filter(({ counts }) => counts[0] !== 0)
      const rolledUp = { ...series, panes: minutes.map(({ start, counts }) => ({ start, sizeMs: MINUTE, counts })) }
      expect(JSON.stringify(cut(rolledUp, { kind, sizeMs }, { timeZone }))).toBe(JSON.stringify(cut(series, { kind, sizeMs }, { timeZone })))
    }))
  })
})
