import { beginningOf, PANE_MS, smallestSizeOver, windowsOf, type PaneSeries, type WantedWindows, type Window, type WindowSpec } from '@livetally/core/election'
import type { ShownRevision } from '../live/shown-revision.js'
import { durationText } from '../schema/duration.js'
import { badInput } from '../server/errors.js'
import { outsideWindows, paneSeriesOf, type TimelineScope } from './timeline-scope.js'
import { WindowResult } from './window-result.type.js'

const MOST_WINDOWS = 1_000

export interface TimelineRange { readonly from: Date | null, readonly to: Date | null }

/** Event time in windows, ascending. Throws BAD_USER_INPUT for more windows than one answer may hold, and for those that would cut panes. */
export function timelineOf(shown: ShownRevision, scope: TimelineScope, spec: WindowSpec, range: TimelineRange): WindowResult[] {
  const outside = outsideWindows(shown, scope)
  return windowsIn(shown, scope, spec, range).map((window) => new WindowResult(shown, scope, window, outside))
}

/**
 * The windows of `timelineOf` as they are counted. Without `from` they begin where the election does: what an earlier release
 * took as cast before is in the sums of `CUMULATIVE` windows, and in windows of its own only for whoever asks for that time.
 */
export function windowsIn(shown: ShownRevision, scope: TimelineScope, spec: WindowSpec, { from, to }: TimelineRange): Window[] {
  const series = paneSeriesOf(shown, scope)
  const { timeZone } = shown.election.structure.definition
  const wanted: WantedWindows = { from: from?.getTime() ?? beginningOf(shown.election), to: to?.getTime(), most: MOST_WINDOWS }
  const found = windowsOf(series, spec, timeZone, wanted)
  switch (found.kind) {
    case 'WINDOWS': return found.windows
    case 'TOO_MANY': throw badInput(`This would be ${found.count} windows; an answer holds at most ${MOST_WINDOWS}. Ask for larger windows, or say \`from\` and \`to\`.`)
    case 'CUTS_PANE': throw badInput(whatCanBeAsked(series, spec, timeZone, wanted))
    default: return found satisfies never
  }
}

function whatCanBeAsked({ panes }: PaneSeries, spec: WindowSpec, timeZone: string, { from = -Infinity, to = Infinity }: WantedWindows): string {
  const rolledUp = panes.filter(({ start, sizeMs }) => sizeMs > PANE_MS && start + sizeMs > from && start < to)
  const last = rolledUp.at(-1)
  const since = last === undefined ? '' : new Date(last.start + last.sizeMs).toISOString()
  const start = 'Old panes have been rolled up to a minute or an hour, and these windows would cut one.'
  if (spec.kind === 'SESSION') return `${start} Sessions can be told from ${since} on: say \`from\`, or ask for windows of another kind.`
  const smallest = smallestSizeOver(rolledUp, timeZone)
  const length = spec.kind === 'HOPPING' ? 'advance' : 'size'
  return smallest === undefined
    ? `${start} Ask for what was cast from ${since} on.`
    : `${start} The smallest \`${length}\` that can be asked for there is ${durationText(smallest)}; \`from\` must be the start of such a window. Smaller ones can be had from ${since} on.`
}
