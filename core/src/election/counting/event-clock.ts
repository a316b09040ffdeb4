import type { ElectionDefinition } from '../definition/definition.js'
import { openPanesFrom, paneStart } from '../window.js'

/**
 * The event time of one box, and what it makes late. A ballot is judged against what the box held before its ledger
 * transaction: ballots of one transaction are numbered at random, and none of them is late for another.
 */
export interface EventClock {
  /** Event time of the newest entry that says one, ms; −∞ before the first. */
  readonly newestAt: number
  /** Panes (of 10 s) that begin before this instant take no ballot of this transaction any more. */
  readonly openFrom: number
  isLate(castAt: number): boolean
  see(at: number): void
  endTransaction(): void
}

export function createEventClock(time: ElectionDefinition['time'], from: number): EventClock {
  let newestAt = from
  let openFrom = openPanesFrom(time, from)
  return {
    get newestAt() { return newestAt },
    get openFrom() { return openFrom },
    isLate: (castAt) => paneStart(castAt) < openFrom,
    see(at) { if (at > newestAt) newestAt = at },
    endTransaction() { openFrom = openPanesFrom(time, newestAt) },
  }
}
