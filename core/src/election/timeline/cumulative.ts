import { addCounts, firstPaneFrom, paneEnd, zeros, type Pane } from './pane.js'
import { sumIntoSteps } from './steps.js'
import type { SeriesGrid, Window, Windows } from './window.js'

/** At the end of each step everything cast until then: all windows begin where the first step does. */
export function cumulativeWindows({ series, grid, wanted: { from = -Infinity, to = Infinity, most } }: SeriesGrid): Windows {
  const [first, last] = [series.panes[0], series.panes.at(-1)]
  if (first === undefined || last === undefined || from >= grid.endOf(paneEnd(last) - 1)) return { kind: 'WINDOWS', windows: [] }
  const start = grid.startOf(first.start)
  const begin = grid.startOf(Math.max(first.start, from))
  const found = sumIntoSteps(series, grid, { from: begin, to: Math.min(paneEnd(last), to), most })
  if (found.kind !== 'STEPS') return found
  const sum = sumOf(series.panes.slice(0, firstPaneFrom(series.panes, begin)), series.width)
  const windows = found.steps.map(({ end, counts }): Window => {
    if (counts !== undefined) addCounts(sum, counts)
    return { start, end, counts: [...sum], isFinal: end <= series.finalUntil }
  })
  return { kind: 'WINDOWS', windows }
}

function sumOf(panes: readonly Pane[], width: number): number[] {
  const sum = zeros(width)
  for (const { counts } of panes) addCounts(sum, counts)
  return sum
}
