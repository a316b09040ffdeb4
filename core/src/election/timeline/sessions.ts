import { PANE_MS } from '../window.js'
import { addCounts, paneEnd, type Pane } from './pane.js'
import type { PaneSeries, WantedWindows, Window, Windows } from './window.js'

interface Session { start: number, end: number, counts: number[], rolledUp: Pane | undefined }

/**
 * Panes with ballots between which less than `gapMs` without a ballot lies. A session is final once `gapMs` has passed after
 * it without one. Panes that were rolled up no longer say where in them a ballot lay: sessions over them are refused.
 */
export function sessionWindows(series: PaneSeries, gapMs: number, { from = -Infinity, to = Infinity, most }: WantedWindows): Windows {
  const sessions: Session[] = []
  let open: Session | undefined
  for (const pane of series.panes) {
    if (pane.counts.every((count) => count === 0)) continue
    const rolledUp = pane.sizeMs > PANE_MS ? pane : undefined
    if (open !== undefined && pane.start - open.end < gapMs) {
      addCounts(open.counts, pane.counts)
      open.end = paneEnd(pane)
      open.rolledUp ??= rolledUp
      continue
    }
    open = { start: pane.start, end: paneEnd(pane), counts: [...pane.counts], rolledUp }
    sessions.push(open)
  }
  const wanted = sessions.filter(({ start, end }) => end > from && start < to)
  if (wanted.length > most) return { kind: 'TOO_MANY', count: wanted.length }
  const blurred = wanted.findLast(({ rolledUp }) => rolledUp !== undefined)?.rolledUp
  if (blurred !== undefined) return { kind: 'CUTS_PANE', pane: blurred }
  return { kind: 'WINDOWS', windows: wanted.map(({ start, end, counts }): Window => ({ start, end, counts, isFinal: end + gapMs <= series.finalUntil })) }
}
