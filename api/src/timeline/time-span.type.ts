import { BALLOTS, type Window } from '@livetally/core/election'
import { Field, ObjectType } from 'type-graphql'
import { Count, DateTime } from '../schema/scalars.js'

/** What every type says that tells of one span of event time. No type of its own in the schema. */
@ObjectType()
export abstract class TimeSpan {
  @Field(() => DateTime, { description: 'Inclusive.' })
  readonly start: Date

  @Field(() => DateTime, { description: 'Exclusive.' })
  readonly end: Date

  @Field(() => Count)
  readonly ballots: number

  constructor({ start, end, counts }: Window) {
    this.start = new Date(start)
    this.end = new Date(end)
    this.ballots = counts[BALLOTS] ?? 0
  }
}
