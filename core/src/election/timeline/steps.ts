import { addCounts, firstPaneFrom, paneEnd, zeros, type Pane } from './pane.js'
import type { PaneSeries, Step } from './window.js'
import type { WindowGrid } from './window-grid.js'

export type Steps = { readonly kind: 'STEPS', readonly steps: Step[] } | { readonly kind: 'TOO_MANY', readonly count: number } | { readonly kind: 'CUTS_PANE', readonly pane: Pane }

/** Sums panes into every step of the grid from the one that begins at `from` to the one that ends at or after `to`. */
export function sumIntoSteps({ panes, width }: Pick<PaneSeries, 'panes' | 'width'>, grid: WindowGrid, { from, to, most }: { from: number, to: number, most: number }): Steps {
  let at = firstPaneFrom(panes, from)
  const before = panes[at - 1]
  if (before !== undefined && paneEnd(before) > from) return { kind: 'CUTS_PANE', pane: before }
  const steps: Step[] = []
  for (let start = from; start < to;) {
    const end = grid.endOf(start)
    if (steps.length === most) return { kind: 'TOO_MANY', count: Math.ceil((to - from) / (end - start)) }
    let counts: number[] | undefined
    for (let pane = panes[at]; pane !== undefined && pane.start < end; pane = panes[at += 1]) {
      if (paneEnd(pane) > end) return { kind: 'CUTS_PANE', pane }
      addCounts(counts ??= zeros(width), pane.counts)
    }
    steps.push({ start, end, counts })
    start = end
  }
  return { kind: 'STEPS', steps }
}
