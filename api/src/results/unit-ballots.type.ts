import type { Election, Unit } from '@livetally/core/election'
import { Field, ObjectType } from 'type-graphql'
import { ReportingUnit } from '../elections/reporting-unit.type.js'
import { Count } from '../schema/scalars.js'
import { Share, turnoutOf } from './share.type.js'

/** What every type says that tells of the turnout of one reporting unit. No type of its own in the schema. */
@ObjectType()
export abstract class UnitBallots {
  @Field(() => ReportingUnit)
  readonly reportingUnit: ReportingUnit

  @Field(() => Count)
  readonly ballots: number

  @Field(() => Count, { nullable: true })
  readonly eligibleVoters: number | null

  @Field(() => Share, { nullable: true, description: 'Null where the number of voters is not known.' })
  readonly turnout: Share | null

  @Field(() => Boolean, { description: 'True if there are more ballots than eligible voters: one of the two numbers is wrong.' })
  readonly isOverEligible: boolean

  constructor(election: Election, { unit, ballots, eligible }: { readonly unit: Unit, readonly ballots: number, readonly eligible: number | undefined }) {
    this.reportingUnit = new ReportingUnit(election, unit)
    this.ballots = ballots
    this.eligibleVoters = eligible ?? null
    this.turnout = turnoutOf(ballots, eligible)
    this.isOverEligible = eligible !== undefined && ballots > eligible
  }
}
