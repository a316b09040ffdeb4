import { paneEnd, PANE_MS, windowsOf, type PaneSeries, type Window, type WindowSpec } from '@livetally/core/election'
import { LRUCache } from 'lru-cache'
import { createObjectNumbers } from '../live/object-numbers.js'

/** The newest windows that a viewer is told of at first, and the most of them that may be open at a time. */
export const NEWEST = 1_000
const MOST_OPEN = 5_000

/** The windows of a timeline that end after `since` (ms); none before was looked at. */
export interface OpenWindows { readonly since: number, readonly windows: readonly Window[] }

/** Kept for as long as viewers of the same revision come for them; a window takes some 200 bytes and its counts. */
const KEPT_FOR_MS = 30_000
export const MOST_KEPT_WINDOWS = 50_000
const known = new LRUCache<string, OpenWindows>({ ttl: KEPT_FOR_MS, maxSize: MOST_KEPT_WINDOWS, sizeCalculation: ({ windows }) => windows.length + 1 })
const numberOf = createObjectNumbers()

/** How many windows are kept, of all series together; each list counts as one more. */
export const keptWindows = (): number => known.calculatedSize

/**
 * The windows that end after `since`, ascending; without it, the newest. Where there are very many, or old panes cannot be
 * divided that finely any more, it begins later. Computed once for all viewers of a revision. Undefined where none can be told.
 */
export function openWindows(series: PaneSeries, spec: WindowSpec, timeZone: string, since: number | undefined): OpenWindows | undefined {
  const key = JSON.stringify([numberOf(series), spec, timeZone, since])
  const found = known.get(key) ?? cutOpen(series, spec, timeZone, since)
  if (found !== undefined) known.set(key, found)
  return found
}

function cutOpen(series: PaneSeries, spec: WindowSpec, timeZone: string, since: number | undefined): OpenWindows | undefined {
  const step = spec.kind === 'SESSION' ? spec.gapMs : spec.kind === 'HOPPING' ? spec.advanceMs : spec.sizeMs
  const last = series.panes.at(-1)
  const newest = last === undefined ? Number.NEGATIVE_INFINITY : paneEnd(last) - NEWEST * step
  const rolledUp = series.panes.findLast(({ sizeMs }) => sizeMs > PANE_MS)
  const afterRolledUp = rolledUp === undefined ? newest : paneEnd(rolledUp) + step
  for (const from of [since ?? newest, Math.max(since ?? newest, newest), Math.max(since ?? newest, newest, afterRolledUp)]) {
    const cut = windowsOf(series, spec, timeZone, { from, most: MOST_OPEN })
    if (cut.kind === 'WINDOWS') return { since: from, windows: cut.windows.filter(({ end }) => end > from) }
  }
  return undefined
}
