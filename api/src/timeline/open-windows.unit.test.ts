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
