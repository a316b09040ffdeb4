import { addCounts, paneEnd, zeros } from './pane.js'
import { sumIntoSteps } from './steps.js'
import type { SeriesGrid, Window, Windows } from './window.js'
import type { WindowGrid } from './window-grid.js'

/**
 * A window of `overlap` steps begins with every step of the grid, from the first that reaches the first pane to the last
 * that begins before the last pane ends: each ballot is in exactly `overlap` windows.
 */
export function hoppingWindows({ series, grid, wanted: { from = -Infinity, to = Infinity, most } }: SeriesGrid, overlap: number): Windows {
  const [first, last] = [series.panes[0], series.panes.at(-1)]
  if (first === undefined || last === undefined) return { kind: 'WINDOWS', windows: [] }
  const lastEnd = paneEnd(last)
  if (from >= stepsOn(grid, grid.startOf(lastEnd - 1), overlap)) return { kind: 'WINDOWS', windows: [] }
  const begin = stepsBack(grid, grid.startOf(Math.min(Math.max(first.start, from), lastEnd - 1)), overlap - 1)
  const lastStart = Math.min(lastEnd, to)
  if (begin >= lastStart) return { kind: 'WINDOWS', windows: [] }
  const found = sumIntoSteps(series, grid, { from: begin, to: stepsOn(grid, grid.endOf(lastStart - 1), overlap - 1), most: most + 2 * overlap })
  if (found.kind !== 'STEPS') return found
  const sum = zeros(series.width)
  const windows: Window[] = []
  found.steps.forEach((step, at) => {
    if (step.counts !== undefined) addCounts(sum, step.counts)
    const opening = found.steps[at - overlap + 1]
    if (opening === undefined) return
    if (step.end > from && opening.start < lastStart) windows.push({ start: opening.start, end: step.end, counts: [...sum], isFinal: step.end <= series.finalUntil })
    if (opening.counts !== undefined) addCounts(sum, opening.counts, -1)
  })
  return windows.length > most ? { kind: 'TOO_MANY', count: windows.length } : { kind: 'WINDOWS', windows }
}

function stepsBack(grid: WindowGrid, start: number, steps: number): number {
  return steps === 0 ? start : stepsBack(grid, grid.startOf(start - 1), steps - 1)
}

function stepsOn(grid: WindowGrid, start: number, steps: number): number {
  return steps === 0 ? start : stepsOn(grid, grid.endOf(start), steps - 1)
}
