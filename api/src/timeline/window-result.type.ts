import type { Window } from '@livetally/core/election'
import { Field, Int, ObjectType } from 'type-graphql'
import type { ShownRevision } from '../live/shown-revision.js'
import { OptionResult, totalsOf } from '../results/totals.type.js'
import { Count } from '../schema/scalars.js'
import { TimeSpan } from './time-span.type.js'
import type { OutsideWindows, TimelineScope } from './timeline-scope.js'

@ObjectType({ description: 'What was cast in one span of event time.' })
export class WindowResult extends TimeSpan {
  @Field(() => [OptionResult], { description: 'In ballot order; empty without a contest.' })
  readonly totals: OptionResult[]

  @Field(() => Boolean, { description: 'True once nothing can be added to it any more.' })
  readonly isFinal: boolean

  @Field(() => Count, { description: 'Ballots that came too late for any window, of the whole timeline and so alike in all its windows: the ballots of all windows + late + corrected = all ballots.' })
  readonly late: number

  @Field(() => Int, { description: 'Ballots that corrections have added (or, below 0, taken away), of the whole timeline: no correction is in a window, as nobody knows when those ballots were cast.' })
  readonly corrected: number

  @Field(() => Int, { description: 'The revision that says so.' })
  readonly revision: number

  @Field(() => Boolean, { description: 'On a subscription: true if this window, of which you were told, is none any more. Only sessions that are not final yet are withdrawn, when a ballot between two of them makes them one.' })
  readonly isWithdrawn: boolean

  constructor({ election, facts }: ShownRevision, { shape }: TimelineScope, window: Window, { late, corrected }: OutsideWindows, isWithdrawn = false) {
    super(window)
    this.totals = shape === undefined ? [] : totalsOf(election, shape, window.counts)
    this.isFinal = window.isFinal
    this.late = late
    this.corrected = corrected
    this.revision = facts.revision
    this.isWithdrawn = isWithdrawn
  }
}
