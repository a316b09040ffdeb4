import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tumblingWindows } from './timeline.js'
import { paneStart, PANE_MS } from './window.js'

const panesArbitrary = fc.uniqueArray(fc.integer({ min: -50, max: 400 }), { maxLength: 30 })
  .chain((starts) => fc.array(fc.nat(9), { minLength: starts.length, maxLength: starts.length })
    .map((counts) => starts.toSorted((one, other) => one - other).map((start, at): [number, number[]] => [start * PANE_MS, [counts[at] ?? 0, 1]])))
const sizeArbitrary = fc.integer({ min: 1, max: 30 }).map((panes) => panes * PANE_MS)

describe('windows', () => {
  test('hold every pane once: their sums are the sums of the panes, for every size', () => {
    fc.assert(fc.property(panesArbitrary, sizeArbitrary, (panes, sizeMs) => {
      const windows = tumblingWindows(panes, { sizeMs, width: 2, finalUntil: 0 })
      const sum = (rows: readonly (readonly number[])[], place: number): number => rows.reduce((total, counts) => total + (counts[place] ?? 0), 0)
      for (const place of [0, 1]) expect(sum(windows.map(({ counts }) => counts), place)).toBe(sum(panes.map(([, counts]) => counts), place))
    }))
  })

  test('follow each other without a gap, aligned to 1970, from the first ballot to the last', () => {
    fc.assert(fc.property(panesArbitrary, sizeArbitrary, (panes, sizeMs) => {
      const windows = tumblingWindows(panes, { sizeMs, width: 2, finalUntil: 0 })
      const [first, last] = [panes[0]?.[0], panes.at(-1)?.[0]]
      if (first === undefined || last === undefined) {
        expect(windows).toEqual([])
        return
      }
      for (const [at, window] of windows.entries()) {
        expect(Math.abs(window.start % sizeMs)).toBe(0)
        expect(window.end - window.start).toBe(sizeMs)
        expect(window.start).toBe(windows[at - 1]?.end ?? window.start)
      }
      expect(windows[0]?.start).toBeLessThanOrEqual(first)
      expect(windows[0]?.end).toBeGreaterThan(first)
      expect(windows.at(-1)?.start).toBeLessThanOrEqual(last)
      expect(windows.at(-1)?.end).toBeGreaterThan(last)
    }))
  })

  test('of an hour are the sums of their minutes', () => {
    fc.assert(fc.property(panesArbitrary, (panes) => {
      const minutes = tumblingWindows(panes, { sizeMs: 60_000, width: 2, finalUntil: 0 })
      const fromMinutes = tumblingWindows(minutes.map(({ start, counts }) => [start, counts]), { sizeMs: 3_600_000, width: 2, finalUntil: 0 })
      expect(fromMinutes).toEqual(tumblingWindows(panes, { sizeMs: 3_600_000, width: 2, finalUntil: 0 }))
    }))
  })

  test('are final when they end at or before the instant that is said', () => {
    const windows = tumblingWindows([[0, [1]], [40_000, [1]]], { sizeMs: 20_000, width: 1, finalUntil: 40_000 })
    expect(windows.map(({ end, isFinal }) => [end, isFinal])).toEqual([[20_000, true], [40_000, true], [60_000, false]])
  })

  test('can be cut to a time: whole windows that touch it', () => {
    const panes = [0, 10_000, 20_000, 30_000, 40_000].map((start): [number, number[]] => [start, [1]])
    const starts = (from?: number, to?: number): number[] => tumblingWindows(panes, { sizeMs: 20_000, width: 1, finalUntil: 0, ...from === undefined ? {} : { from }, ...to === undefined ? {} : { to } }).map(({ start }) => start)
    expect(starts()).toEqual([0, 20_000, 40_000])
    expect(starts(19_999)).toEqual([0, 20_000, 40_000])
    expect(starts(20_000)).toEqual([20_000, 40_000])
    expect(starts(undefined, 20_000)).toEqual([0])
    expect(starts(undefined, 20_001)).toEqual([0, 20_000])
    expect(starts(25_000, 35_000)).toEqual([20_000])
    expect(starts(90_000)).toEqual([])
  })

  test.each([0, 5_000, 15_000, -10_000, 10_001])('of %i ms are refused: a window is a whole number of panes', (sizeMs) => {
    expect(() => tumblingWindows([], { sizeMs, width: 1, finalUntil: 0 })).toThrow(RangeError)
  })
})

test.each([[0, 0], [9_999, 0], [10_000, 10_000], [1_762_000_012_345, 1_762_000_010_000], [-1, -10_000]])('a ballot of %i ms falls into the pane that begins at %i', (at, start) => {
  expect(paneStart(at)).toBe(start)
})
