/** The smallest slice of event time that is counted apart. Every window is a sum of panes. */
export const PANE_MS = 10_000

/** The start of the pane that an event time (milliseconds since 1970) falls into. */
export function paneStart(at: number): number {
  return Math.floor(at / PANE_MS) * PANE_MS
}
