import { BALLOTS, paneStart, PANE_MS } from '@livetally/core/election'
import { Field, Float, ObjectType } from 'type-graphql'
import type { ShownRevision } from '../live/shown-revision.js'
import { DateTime } from '../schema/scalars.js'
import { paneSeriesOf, WHOLE_TIMELINE } from './timeline-scope.js'

/** Panes that a rate looks back over, the running one included. */
const NOW_PANES = 2
const MINUTE_PANES = 6
const HOUR_PANES = 360

@ObjectType({ description: 'How fast ballots come in, by event time, up to the newest ballot.' })
export class BallotRates {
  @Field(() => Float, { description: 'Ballots per second now: over the last 10 to 20 seconds.' })
  readonly perSecond: number

  @Field(() => Float, { description: 'Ballots per minute, over the last minute.' })
  readonly perMinute: number

  @Field(() => Float, { description: 'Ballots per hour, over the last hour, or since the first ballot if that is less long ago.' })
  readonly perHour: number

  @Field(() => DateTime, { nullable: true, description: 'Event time of the newest ballot, which ends all three spans; null before the first.' })
  readonly until: Date | null

  constructor(shown: ShownRevision) {
    this.perSecond = ballotsPerMs(shown, NOW_PANES) * 1_000
    this.perMinute = ballotsPerMs(shown, MINUTE_PANES) * 60_000
    this.perHour = ballotsPerMs(shown, HOUR_PANES) * 3_600_000
    this.until = shown.facts.asOf === null ? null : new Date(shown.facts.asOf)
  }
}

/** Ballots per second of event time over the last minute before the newest ballot. */
export function ballotsPerSecond(shown: ShownRevision): number {
  return ballotsPerMs(shown, MINUTE_PANES) * 1_000
}

/** Over the last panes, the newest of which has only run up to the newest ballot. A second at least is counted. */
function ballotsPerMs(shown: ShownRevision, panes: number): number {
  const { asOf } = shown.facts
  if (asOf === null) return 0
  const series = paneSeriesOf(shown, WHOLE_TIMELINE)
  const earliest = paneStart(asOf) - (panes - 1) * PANE_MS
  const since = Math.max(earliest, panes === HOUR_PANES ? series.panes[0]?.start ?? earliest : earliest)
  let ballots = 0
  for (let at = series.panes.length - 1; at >= 0; at -= 1) {
    const pane = series.panes[at]
    if (pane === undefined || pane.start < since) break
    ballots += pane.counts[BALLOTS] ?? 0
  }
  return ballots / Math.max(asOf - since, 1_000)
}
