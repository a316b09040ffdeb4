import { checkWindowSpec, type WindowKind as Kind, type WindowSpec } from '@livetally/core/election'
import { Field, InputType } from 'type-graphql'
import { durationMs } from '../schema/duration.js'
import { Duration } from '../schema/scalars.js'
import { WindowKind } from '../schema/vocabulary.js'
import { badInput } from '../server/errors.js'

@InputType({ description: 'How event time is cut. Windows follow the clocks at the place of the election: a day there may have 23 or 25 hours.' })
export class WindowInput {
  @Field(() => WindowKind)
  kind!: Kind

  @Field(() => Duration, { nullable: true, description: 'A multiple of PT10S, at most P1D. SESSION windows have none.' })
  size?: string | null

  @Field(() => Duration, { nullable: true, description: 'HOPPING: how long after the one before each window begins; it divides the size.' })
  advance?: string | null

  @Field(() => Duration, { nullable: true, description: 'SESSION: how long nobody votes before a session has ended; a multiple of PT10S, at most P1D.' })
  gap?: string | null
}

/** Throws BAD_USER_INPUT, saying what can be asked for. */
export function readWindow({ kind, size, advance, gap }: WindowInput): WindowSpec {
  const check = checkWindowSpec(kind, { sizeMs: lengthOf(size), advanceMs: lengthOf(advance), gapMs: lengthOf(gap) })
  if (!check.ok) throw badInput(check.problem)
  return check.spec
}

/** NaN is a length that no window has. */
function lengthOf(text: string | null | undefined): number | undefined {
  return text === null || text === undefined ? undefined : durationMs(text) ?? Number.NaN
}
