import type { Window, WindowSpec } from '@livetally/core/election'
import type { ResultsMessage } from '../live/results-stream.js'
import type { ShownRevision } from '../live/shown-revision.js'
import { NEWEST, openWindows } from './open-windows.js'
import { outsideWindows, paneSeriesOf, type OutsideWindows, type TimelineScope } from './timeline-scope.js'
import { createWindowChanges, type WindowChanges } from './window-changes.js'

/** One window as a viewer of a timeline is told of it. */
export interface WindowMessage extends ResultsMessage {
  readonly scope: TimelineScope
  readonly window: Window
  readonly outside: OutsideWindows
  readonly isWithdrawn: boolean
}

interface Options {
  /** Each is one revision; the next one is asked for once all windows of the last have been taken. */
  revisions: AsyncIterableIterator<ResultsMessage, undefined>
  spec: WindowSpec
  scopeOf: (shown: ShownRevision) => TimelineScope
  /** Windows that end at or before this instant (ms) have been seen as final. */
  after: number | undefined
}

/**
 * The windows of a timeline: first the newest as they are, then each that changes, and each once as final. What is kept for
 * a viewer is the windows of one revision that are still to be sent, and those that it was told of and are not final.
 */
export function createTimelineStream({ revisions, spec, scopeOf, after }: Options): AsyncIterableIterator<WindowMessage, undefined> {
  let changes: WindowChanges | undefined
  let waiting: WindowMessage[] = []

  const changesOf = (shown: ShownRevision): WindowMessage[] => {
    const scope = scopeOf(shown)
    const { timeZone } = shown.election.structure.definition
    const open = openWindows(paneSeriesOf(shown, scope), spec, timeZone, changes?.settledUntil ?? after)
    if (open === undefined) return []
    changes ??= createWindowChanges({ kind: spec.kind, settledUntil: open.since, remembered: NEWEST })
    const outside = outsideWindows(shown, scope)
    return changes.take(open.windows).map(({ window, isWithdrawn }) =>
      ({ shown, skipped: 0, part: `${window.start}/${window.end}/${isWithdrawn}`, scope, window, outside, isWithdrawn }))
  }
  const next = async (): Promise<IteratorResult<WindowMessage, undefined>> => {
    for (;;) {
      const message = waiting.shift()
      if (message !== undefined) return { done: false, value: message }
      const revision = await revisions.next()
      if (revision.done === true) return { done: true, value: undefined }
      waiting = changesOf(revision.value.shown)
    }
  }
  const end = async (): Promise<IteratorResult<WindowMessage, undefined>> => {
    waiting = []
    await revisions.return?.()
    return { done: true, value: undefined }
  }
  return { next, return: end, throw: end, [Symbol.asyncIterator]() { return this } }
}
