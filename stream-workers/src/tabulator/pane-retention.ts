import { paneStart, type ElectionDefinition, type RolledPanes } from '@livetally/core/election'
import type { PaneAges } from '@livetally/core/store'

/**
 * How long panes keep their size: 10 s, then a minute, then an hour for ever. Old ones are looked for every `lookMs` (an hour),
 * and rolled up once they are `atOnceMs` (a day) too old: each time the whole box is read again.
 */
export interface PaneRetention { tenSecondsKeptMs: number, minutesKeptMs: number, lookMs?: number, atOnceMs?: number }

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** From which age on panes are looked for. */
export function paneAges({ tenSecondsKeptMs, minutesKeptMs, atOnceMs = DAY_MS }: PaneRetention): PaneAges {
  return { tenSecondsMs: tenSecondsKeptMs + atOnceMs, minutesMs: tenSecondsKeptMs + minutesKeptMs + atOnceMs }
}

/**
 * Which panes a new generation rolls up. A pane's age is counted from now; with imported time from the newest ballot, for
 * an election of long ago may be counted today. What was rolled up stays so.
 */
export function rolledPanes(time: ElectionDefinition['time'], { tenSecondsKeptMs, minutesKeptMs }: PaneRetention, { now, newestAt, before }: { now: number, newestAt: number, before: RolledPanes }): RolledPanes {
  const end = time.source === 'IMPORTED' ? newestAt : now
  return {
    minutesBefore: Math.max(before.minutesBefore, paneStart(end - tenSecondsKeptMs, HOUR_MS)),
    hoursBefore: Math.max(before.hoursBefore, paneStart(end - tenSecondsKeptMs - minutesKeptMs, HOUR_MS)),
  }
}
