import { BALLOTS } from '@livetally/core/election'
import { Field, ObjectType } from 'type-graphql'
import type { ShownRevision } from '../live/shown-revision.js'
import { Share } from '../results/share.type.js'
import { Count, DateTime } from '../schema/scalars.js'
import { windowsIn, type TimelineRange } from './cut-timeline.js'

@ObjectType({ description: 'What was cast within one hour by the clocks at the place of the election.' })
export class HourResult {
  @Field(() => DateTime, { description: 'Inclusive.' })
  readonly start: Date

  @Field(() => DateTime, { description: 'Exclusive.' })
  readonly end: Date

  @Field(() => Count)
  readonly ballots: number

  @Field(() => Share, { nullable: true, description: 'The part of the eligible voters who cast their ballot in this hour. Null where their number is not known.' })
  readonly turnout: Share | null

  @Field(() => Count, { description: 'Ballots of this hour and all before it. Late ballots are in no hour.' })
  readonly ballotsSoFar: number

  @Field(() => Share, { nullable: true, description: 'The part of the eligible voters who had cast their ballot by the end of this hour.' })
  readonly turnoutSoFar: Share | null

  @Field(() => Boolean, { description: 'True once nothing can be added to this hour any more.' })
  readonly isFinal: boolean

  constructor(hour: { start: number, end: number, ballots: number, ballotsSoFar: number, isFinal: boolean }, eligible: number | undefined) {
    this.start = new Date(hour.start)
    this.end = new Date(hour.end)
    this.ballots = hour.ballots
    this.ballotsSoFar = hour.ballotsSoFar
    this.isFinal = hour.isFinal
    this.turnout = eligible === undefined ? null : new Share(hour.ballots, eligible, 'ELIGIBLE_VOTERS')
    this.turnoutSoFar = eligible === undefined ? null : new Share(hour.ballotsSoFar, eligible, 'ELIGIBLE_VOTERS')
  }
}

const HOUR_MS = 3_600_000

/** Ballots and turnout by hour, ascending, hours without a ballot included. Limits as `timelineOf`. */
export function hoursOf(shown: ShownRevision, unit: string, range: TimelineRange): HourResult[] {
  const eligible = shown.at.eligibleVoters(unit)
  const soFar = windowsIn(shown, { shape: undefined, unit }, { kind: 'CUMULATIVE', sizeMs: HOUR_MS }, range)
  return windowsIn(shown, { shape: undefined, unit }, { kind: 'TUMBLING', sizeMs: HOUR_MS }, range)
    .map(({ start, end, counts, isFinal }, at) => new HourResult({ start, end, ballots: counts[BALLOTS] ?? 0, ballotsSoFar: soFar[at]?.counts[BALLOTS] ?? 0, isFinal }, eligible))
}
