import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PANE_MS } from '../window.js'
import { wallClock } from './wall-clock.js'
import { createWindowGrid } from './window-grid.js'

const [MINUTE, HOUR] = [60_000, 3_600_000]

/** Windows from one instant on, as `09:00–10:00` by the clocks there, with their true length in minutes. */
function windowsFrom(timeZone: string, sizeMs: number, at: string, count: number): string[] {
  const grid = createWindowGrid(wallClock(timeZone), sizeMs)
  const shown = (instant: number): string => new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' }).format(instant)
  let start = grid.startOf(Date.parse(at))
  return Array.from({ length: count }, () => {
    const [from, to] = [start, grid.endOf(start)]
    start = to
    return `${shown(from)}–${shown(to)} ${(to - from) / MINUTE}`
  })
}

describe('windows by the clocks on the wall', () => {
  test('leave out the hour that is left out in spring', () => {
    expect(windowsFrom('America/New_York', HOUR, '2026-03-08T06:10:00Z', 3)).toEqual(['01:00–03:00 60', '03:00–04:00 60', '04:00–05:00 60'])
  })
  test('show the hour that comes twice in autumn as two hours', () => {
    expect(windowsFrom('America/New_York', HOUR, '2026-11-01T04:10:00Z', 4)).toEqual(['00:00–01:00 60', '01:00–01:00 60', '01:00–02:00 60', '02:00–03:00 60'])
  })
  test('of two hours are an hour shorter or longer on such a night, and even hours after it', () => {
    expect(windowsFrom('America/New_York', 2 * HOUR, '2026-03-08T05:10:00Z', 3)).toEqual(['00:00–03:00 120', '03:00–04:00 60', '04:00–06:00 120'])
    expect(windowsFrom('America/New_York', 2 * HOUR, '2026-11-01T04:10:00Z', 3)).toEqual(['00:00–02:00 180', '02:00–04:00 120', '04:00–06:00 120'])
  })
  test('of a day are local days of 23, 24 and 25 hours', () => {
    expect(windowsFrom('Europe/London', 24 * HOUR, '2026-03-28T12:00:00Z', 3)).toEqual(['00:00–00:00 1440', '00:00–00:00 1380', '00:00–00:00 1440'])
    expect(windowsFrom('Europe/London', 24 * HOUR, '2026-10-25T00:30:00Z', 2)).toEqual(['00:00–00:00 1500', '00:00–00:00 1440'])
  })
  test('of a day begin with the first midnight where midnight comes twice, and at one o\'clock where it never comes', () => {
    expect(windowsFrom('America/Havana', 24 * HOUR, '2026-10-31T16:00:00Z', 3)).toEqual(['00:00–00:00 1440', '00:00–00:00 1500', '00:00–00:00 1440'])
    expect(windowsFrom('Africa/Cairo', 24 * HOUR, '2026-04-23T12:00:00Z', 2)).toEqual(['00:00–01:00 1440', '01:00–00:00 1380'])
  })
  test('of an hour follow clocks that differ by half an hour', () => {
    expect(windowsFrom('Asia/Kolkata', HOUR, '2026-05-04T09:00:00Z', 2)).toEqual(['14:00–15:00 60', '15:00–16:00 60'])
    expect(createWindowGrid(wallClock('Asia/Kolkata'), HOUR).startOf(Date.parse('2026-05-04T09:00:00Z'))).toBe(Date.parse('2026-05-04T08:30:00Z'))
  })
  test('of an hour are longer or shorter by half where clocks change by half an hour', () => {
    expect(windowsFrom('Australia/Lord_Howe', HOUR, '2026-04-04T14:10:00Z', 2)).toEqual(['01:00–02:00 90', '02:00–03:00 60'])
    expect(windowsFrom('Australia/Lord_Howe', HOUR, '2026-10-03T14:40:00Z', 3)).toEqual(['01:00–02:30 60', '02:30–03:00 30', '03:00–04:00 60'])
  })

  const zones = ['UTC', 'America/New_York', 'Europe/London', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Havana', 'Africa/Cairo', 'America/St_Johns', 'Pacific/Apia', 'Africa/Casablanca']
  const anyZone = fc.constantFrom(...zones)
  const anySize = fc.oneof(fc.constantFrom(1, 6, 30, 90, 180, 360, 420, 540, 720, 4_320, 8_640), fc.integer({ min: 1, max: 8_640 })).map((panes) => panes * PANE_MS)
  const anyInstant = fc.oneof(
    fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2032, 0, 1) }),
    // around the changes of the clocks
    fc.tuple(fc.constantFrom(Date.UTC(2026, 2, 8, 7), Date.UTC(2026, 10, 1, 6), Date.UTC(2026, 3, 4, 15), Date.UTC(2026, 9, 25, 1), Date.UTC(2026, 10, 1, 5), Date.UTC(2026, 3, 23, 22), Date.UTC(2011, 11, 30, 10)), fc.integer({ min: -200_000_000, max: 200_000_000 })).map(([change, by]) => change + by),
  )

  test('divide time: every instant lies in one window, and each begins where the one before ends', () => {
    fc.assert(fc.property(anyZone, anySize, anyInstant, (timeZone, sizeMs, at) => {
      const grid = createWindowGrid(wallClock(timeZone), sizeMs)
      const [start, end] = [grid.startOf(at), grid.endOf(at)]
      expect(start).toBeLessThanOrEqual(at)
      expect(end).toBeGreaterThan(at)
      for (const inside of [start, end - 1, Math.floor((start + end) / 2)]) expect([grid.startOf(inside), grid.endOf(inside)]).toEqual([start, end])
      expect(grid.startOf(end)).toBe(end)
      expect(grid.endOf(start - 1)).toBe(start)
      for (const edge of [start, end]) expect(Math.abs(edge % PANE_MS)).toBe(0)
    }), { numRuns: 1_000 })
  })

  test('that divide a day begin with local midnight, and with every multiple of their size that the clocks show', () => {
    fc.assert(fc.property(anyZone, fc.constantFrom(10_000, MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 24 * HOUR), anyInstant, (timeZone, sizeMs, at) => {
      const clock = wallClock(timeZone)
      const start = createWindowGrid(clock, sizeMs).startOf(at)
      if (clock.lastChange(start, start) !== undefined) return
      expect(clock.reading(start) % sizeMs).toBe(0)
    }), { numRuns: 500 })
  })
})
