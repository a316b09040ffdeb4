import { BALLOTS, isCompleteStatus, paneStart, PANE_MS } from '@livetally/core/election'
import { Field, Float, ObjectType } from 'type-graphql'
import type { ShownRevision } from '../live/shown-revision.js'
import { DateTime } from '../schema/scalars.js'
import { paneSeriesOf, WHOLE_TIMELINE } from './timeline-scope.js'

/** Panes that a rate looks back over, the running one included. */
const NOW_PANES = 2
const MINUTE_PANES = 6
const HOUR_PANES = 360

@ObjectType({ description: 'How fast ballots come in now, by event time. Where nothing has been cast for an hour all three are 0.' })
export class BallotRates {
  @Field(() => Float, { description: 'Ballots per second, over the last 10 to 20 seconds.' })
  readonly perSecond: number

  @Field(() => Float, { description: 'Ballots per minute, over the last minute.' })
  readonly perMinute: number

  @Field(() => Float, { description: 'Ballots per hour, over the last hour, or since the first ballot if that is less long ago.' })
  readonly perHour: number

  @Field(() => DateTime, { nullable: true, description: 'Event time of the newest ballot; null before the first.' })
  readonly until: Date | null

  constructor(shown: ShownRevision, now: number) {
    this.perSecond = ballotsPerMs(shown, NOW_PANES, now) * 1_000
    this.perMinute = ballotsPerMs(shown, MINUTE_PANES, now) * 60_000
    this.perHour = ballotsPerMs(shown, HOUR_PANES, now) * 3_600_000
    this.until = shown.facts.asOf === null ? null : new Date(shown.facts.asOf)
  }
}

/** Null once voting has ended. Of a revision of the past the rates are those of its publication, and `now` does not matter. */
export function ratesOf(shown: ShownRevision, now: number): BallotRates | null {
  const instant = instantOf(shown, now)
  return hasEnded(shown, instant) ? null : new BallotRates(shown, instant)
}

/** Ballots per second over the last minute; null once voting has ended. */
export function ballotsPerSecond(shown: ShownRevision, now: number): number | null {
  const instant = instantOf(shown, now)
  return hasEnded(shown, instant) ? null : ballotsPerMs(shown, MINUTE_PANES, instant) * 1_000
}

function instantOf({ facts, isPast }: ShownRevision, now: number): number {
  return isPast === true ? facts.publishedAt : now
}

function hasEnded({ election, facts, isPast }: ShownRevision, instant: number): boolean {
  if (isCompleteStatus(facts.status) || instant >= election.closesAt.getTime()) return true
  return isPast !== true && (election.phase === 'CLOSED' || election.phase === 'CERTIFIED')
}

/** Over the last panes, the newest of which has only run up to now. A second at least is counted. */
function ballotsPerMs(shown: ShownRevision, panes: number, now: number): number {
  const { asOf } = shown.facts
  if (asOf === null) return 0
  // A source's clock may be a little fast: its ballots are of now.
  const end = Math.max(now, asOf)
  const series = paneSeriesOf(shown, WHOLE_TIMELINE)
  const earliest = paneStart(end) - (panes - 1) * PANE_MS
  const since = Math.max(earliest, panes === HOUR_PANES ? series.panes[0]?.start ?? earliest : earliest)
  let ballots = 0
  for (let at = series.panes.length - 1; at >= 0; at -= 1) {
    const pane = series.panes[at]
    if (pane === undefined || pane.start < since) break
    ballots += pane.counts[BALLOTS] ?? 0
  }
  return ballots / Math.max(end - since, 1_000)
}
