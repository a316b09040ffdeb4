import { percentOf } from '@livetally/core/election'
import { Field, Float, ObjectType } from 'type-graphql'
import { Count } from '../schema/scalars.js'
import { ShareBasis } from '../schema/vocabulary.js'

@ObjectType({ description: 'A part of a whole, with both and what the whole is.' })
export class Share {
  @Field(() => Count)
  readonly numerator: number

  @Field(() => Count)
  readonly denominator: number

  @Field(() => ShareBasis)
  readonly basis: ShareBasis

  @Field(() => Float, { nullable: true, description: 'Null where there is nothing to divide by.' })
  readonly percent: number | null

  constructor(numerator: number, denominator: number, basis: ShareBasis) {
    this.numerator = numerator
    this.denominator = denominator
    this.basis = basis
    this.percent = percentOf(numerator, denominator) ?? null
  }
}

/** Null where the number of voters is not known. */
export function turnoutOf(ballots: number, eligible: number | undefined): Share | null {
  return eligible === undefined ? null : new Share(ballots, eligible, 'ELIGIBLE_VOTERS')
}
