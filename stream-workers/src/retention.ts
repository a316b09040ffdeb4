import type { PaneRetention } from './tabulator/pane-retention.js'

/** How long results keep their detail. */
export interface Retention {
  panes: PaneRetention
  /** Every revision is kept so long; after that the last one of each minute. */
  revisionsKeptMs: number
}

const DAY_MS = 86_400_000

export const DEFAULT_RETENTION: Retention = { panes: { tenSecondsKeptMs: 30 * DAY_MS, minutesKeptMs: 365 * DAY_MS }, revisionsKeptMs: DAY_MS }

export function retentionOf({ PANES_KEPT_DAYS, MINUTE_PANES_KEPT_DAYS, REVISIONS_KEPT_HOURS }: { PANES_KEPT_DAYS: number, MINUTE_PANES_KEPT_DAYS: number, REVISIONS_KEPT_HOURS: number }): Retention {
  return { panes: { tenSecondsKeptMs: PANES_KEPT_DAYS * DAY_MS, minutesKeptMs: MINUTE_PANES_KEPT_DAYS * DAY_MS }, revisionsKeptMs: REVISIONS_KEPT_HOURS * DAY_MS / 24 }
}
