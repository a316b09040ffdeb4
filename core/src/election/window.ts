import type { ElectionDefinition } from './definition/definition.js'

/** The smallest slice of event time that is counted apart. Every window is a sum of panes. */
export const PANE_MS = 10_000
/** What panes of 10 s are rolled up to first. */
export const MINUTE_PANE_MS = 60_000
const HOUR_MS = 3_600_000

/** The start of the pane that an event time (milliseconds since 1970) falls into. */
export function paneStart(at: number, sizeMs = PANE_MS): number {
  return Math.floor(at / sizeMs) * sizeMs
}

/** How old panes are rolled up: those that begin before these instants (ms) are an hour long, or a minute. Each is a whole hour. */
export interface RolledPanes { readonly minutesBefore: number, readonly hoursBefore: number }

export const NOTHING_ROLLED: RolledPanes = { minutesBefore: Number.NEGATIVE_INFINITY, hoursBefore: Number.NEGATIVE_INFINITY }

/** The size of the pane that an event time is counted in. */
export function paneSize(at: number, { minutesBefore, hoursBefore }: RolledPanes): number {
  if (at < hoursBefore) return HOUR_MS
  return at < minutesBefore ? MINUTE_PANE_MS : PANE_MS
}

/** Database time never goes back within a box; a ballot that would, by more than this, is counted as late. */
const DATABASE_DISORDER_MS = HOUR_MS

/**
 * Panes (of 10 s) that begin before this instant take no ballot any more, by what a box has seen so far: `newestAt` is the
 * event time of its newest entry. Later ballots for them are late. Imported time: a pane is closed once its end + grace
 * is at or before the watermark (newest − allowed disorder).
 */
export function openPanesFrom({ source, disorderMs, graceMs }: ElectionDefinition['time'], newestAt: number): number {
  return source === 'IMPORTED' ? newestAt - disorderMs - graceMs - PANE_MS + 1 : paneStart(newestAt - DATABASE_DISORDER_MS)
}
