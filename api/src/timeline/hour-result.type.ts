import { BALLOTS, type Window } from '@livetally/core/election'
import { Field, ObjectType } from 'type-graphql'
import type { ShownRevision } from '../live/shown-revision.js'
import { Share, turnoutOf } from '../results/share.type.js'
import { Count } from '../schema/scalars.js'
import { windowsIn, type TimelineRange } from './cut-timeline.js'
import { TimeSpan } from './time-span.type.js'

@ObjectType({ description: 'What was cast within one hour by the clocks at the place of the election.' })
export class HourResult extends TimeSpan {
  @Field(() => Share, { nullable: true, description: 'The part of the eligible voters who cast their ballot in this hour. Null where their number is not known.' })
  readonly turnout: Share | null

  @Field(() => Count, { description: 'Ballots of this hour and all before it. Late ballots are in no hour.' })
  readonly ballotsSoFar: number

  @Field(() => Share, { nullable: true, description: 'The part of the eligible voters who had cast their ballot by the end of this hour.' })
  readonly turnoutSoFar: Share | null

  @Field(() => Boolean, { description: 'True once nothing can be added to this hour any more.' })
  readonly isFinal: boolean

  /** `soFar`: the ballots of this hour and all before it. */
  constructor(hour: Window, soFar: number, eligible: number | undefined) {
    super(hour)
    this.isFinal = hour.isFinal
    this.ballotsSoFar = soFar
    this.turnout = turnoutOf(this.ballots, eligible)
    this.turnoutSoFar = turnoutOf(soFar, eligible)
  }
}

const HOUR_MS = 3_600_000

/** Ballots and turnout by hour, ascending, hours without a ballot included. Limits as `timelineOf`. */
export function hoursOf(shown: ShownRevision, unit: string, range: TimelineRange): HourResult[] {
  const eligible = shown.at.eligibleVoters(unit)
  const soFar = windowsIn(shown, { shape: undefined, unit }, { kind: 'CUMULATIVE', sizeMs: HOUR_MS }, range)
  return windowsIn(shown, { shape: undefined, unit }, { kind: 'TUMBLING', sizeMs: HOUR_MS }, range)
    .map((hour, at) => new HourResult(hour, soFar[at]?.counts[BALLOTS] ?? 0, eligible))
}
