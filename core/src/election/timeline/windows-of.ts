import { cumulativeWindows } from './cumulative.js'
import { hoppingWindows } from './hopping.js'
import { paneEnd, type Pane } from './pane.js'
import { sessionWindows } from './sessions.js'
import { tumblingWindows } from './tumbling.js'
import { wallClock } from './wall-clock.js'
import type { PaneSeries, WantedWindows, Windows } from './window.js'
import { createWindowGrid } from './window-grid.js'
import type { WindowSpec } from './window-kind.js'

/**
 * Cuts panes into windows, ascending. What is wanted of them is always a part of the same whole: `from` and `to` leave
 * windows out and change none. With TUMBLING windows (and each SESSION) the sums of all windows are the sums of all panes.
 */
export function windowsOf(series: PaneSeries, spec: WindowSpec, timeZone: string, wanted: WantedWindows): Windows {
  const gridOf = (sizeMs: number) => ({ series, grid: createWindowGrid(wallClock(timeZone), sizeMs), wanted })
  switch (spec.kind) {
    case 'TUMBLING': return tumblingWindows(gridOf(spec.sizeMs))
    case 'HOPPING': return hoppingWindows(gridOf(spec.advanceMs), spec.sizeMs / spec.advanceMs)
    case 'CUMULATIVE': return cumulativeWindows(gridOf(spec.sizeMs))
    case 'SESSION': return sessionWindows(series, spec.gapMs, wanted)
    default: return spec satisfies never
  }
}

const USUAL_MINUTES = [1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1_440]

/** The smallest of the usual sizes (ms) whose windows cut none of the panes; undefined if a day does. */
export function smallestSizeOver(panes: readonly Pane[], timeZone: string): number | undefined {
  const rolledUp = panes.filter(({ sizeMs }) => sizeMs > 10_000)
  return USUAL_MINUTES.map((minutes) => minutes * 60_000).find((sizeMs) => {
    const grid = createWindowGrid(wallClock(timeZone), sizeMs)
    return rolledUp.every((pane) => grid.endOf(pane.start) >= paneEnd(pane))
  })
}
