import { PANE_MS, type PaneSeries } from '@livetally/core/election'
import { expect, test } from 'vitest'
import { keptWindows, MOST_KEPT_WINDOWS, openWindows } from './open-windows.js'
import { panesOf } from './timeline-under-test.js'

const spec = { kind: 'TUMBLING', sizeMs: PANE_MS } as const
const seriesOf = (panes: number): PaneSeries => ({ panes: panesOf(...Array.from({ length: panes }, (_, at): [number, number] => [at * PANE_MS, 1])), width: 1, finalUntil: 0 })

test('windows are cut once for all who come for those of a revision', () => {
  const series = seriesOf(5)
  expect(openWindows(series, spec, 'UTC', 0)).toBe(openWindows(series, spec, 'UTC', 0))
  expect(openWindows(series, spec, 'UTC', 0)).not.toBe(openWindows(seriesOf(5), spec, 'UTC', 0))
})

test('whoever asks from ever new times has no more windows kept than the bound', () => {
  const series = seriesOf(1_000)
  for (let since = 0; since < 200; since += 1) openWindows(series, spec, 'UTC', since)
  expect(keptWindows()).toBeGreaterThan(MOST_KEPT_WINDOWS / 2)
  expect(keptWindows()).toBeLessThanOrEqual(MOST_KEPT_WINDOWS)
})

test('whoever has seen more is not given the windows of another, nor those of another size or of another place', () => {
  const series = seriesOf(30)
  const startsOf = (since: number | undefined, size = PANE_MS, timeZone = 'UTC') => openWindows(series, { kind: 'TUMBLING', sizeMs: size }, timeZone, since)?.windows.map(({ start }) => start)
  expect(startsOf(0)).toHaveLength(30)
  expect(startsOf(280_000)).toEqual([280_000, 290_000])
  expect(startsOf(290_000)).toEqual([290_000])
  expect(startsOf(undefined)).toHaveLength(30)
  expect(startsOf(0, 60_000)).toEqual([0, 60_000, 120_000, 180_000, 240_000])
  expect(startsOf(0, 24 * 3_600_000, 'Asia/Kolkata')).not.toEqual(startsOf(0, 24 * 3_600_000))
})
