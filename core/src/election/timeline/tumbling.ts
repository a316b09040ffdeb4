import { paneEnd, zeros } from './pane.js'
import { sumIntoSteps } from './steps.js'
import type { SeriesGrid, Windows } from './window.js'

/** Windows side by side, from the first pane to the last; those between that got nothing are there with zeros. */
export function tumblingWindows({ series, grid, wanted: { from = -Infinity, to = Infinity, most } }: SeriesGrid): Windows {
  const [first, last] = [series.panes[0], series.panes.at(-1)]
  if (first === undefined || last === undefined || from >= grid.endOf(paneEnd(last) - 1)) return { kind: 'WINDOWS', windows: [] }
  const start = grid.startOf(Math.max(first.start, from))
  const found = sumIntoSteps(series, grid, { from: start, to: Math.min(paneEnd(last), to), most })
  if (found.kind !== 'STEPS') return found
  return { kind: 'WINDOWS', windows: found.steps.map((step) => ({ start: step.start, end: step.end, counts: step.counts ?? zeros(series.width), isFinal: step.end <= series.finalUntil })) }
}
