import { contestId, optionId, type ContestShape, type Election, type ElectionDefinition, type VoteVariation as Variation } from '@livetally/core/election'
import { Field, Int, ObjectType } from 'type-graphql'
import { Node } from '../schema/node.js'
import type { Ref } from '../schema/ref.js'
import { VoteVariation } from '../schema/vocabulary.js'
import { Party, partyOf } from './party.type.js'
import { ReportingUnit, reportingUnitOf } from './reporting-unit.type.js'

type OptionDefinition = ElectionDefinition['contests'][number]['options'][number]

@ObjectType({ implements: Node, description: 'Something that can be marked in a contest: a candidate, a list, an answer.' })
export class ContestOption implements Node {
  constructor(private readonly election: Election, private readonly contest: ContestShape, private readonly definition: OptionDefinition) {}

  get id(): string { return optionId(this.election.key, this.contest.id, this.definition.id) }

  @Field(() => String)
  get name(): string { return this.definition.name }

  @Field(() => Party, { nullable: true })
  get party(): Party | null { return partyOf(this.election, this.definition.party) ?? null }

  @Field(() => String, { nullable: true })
  get photoUrl(): string | null { return this.definition.photoUrl ?? null }

  @Field(() => String, { nullable: true })
  get biography(): string | null { return this.definition.biography ?? null }

  @Field(() => String, { nullable: true })
  get campaignPlatform(): string | null { return this.definition.campaignPlatform ?? null }

  @Field(() => Boolean)
  get isWriteIn(): boolean { return this.definition.isWriteIn }
}

@ObjectType({ implements: Node, description: 'One question on the ballot.' })
export class Contest implements Node {
  constructor(readonly election: Election, readonly shape: ContestShape) {}

  get id(): string { return contestId(this.election.key, this.shape.id) }

  @Field(() => String)
  get title(): string { return this.shape.definition.title }

  @Field(() => VoteVariation)
  get variation(): Variation { return this.shape.definition.variation }

  @Field(() => Int, { description: 'How many options may be marked.' })
  get votesAllowed(): number { return this.shape.votesAllowed }

  @Field(() => Int, { description: 'How many of the options will be elected.' })
  get numberElected(): number { return this.shape.definition.numberElected }

  @Field(() => ReportingUnit, { description: 'Where this contest is on the ballot.' })
  get reportingUnit(): Ref<ReportingUnit> {
    const unit = reportingUnitOf(this.election, this.shape.definition.reportingUnit)
    if (unit === undefined) throw new Error(`Contest ${this.id} belongs to no unit of its election.`)
    return unit
  }

  @Field(() => [ContestOption], { description: 'In ballot order.' })
  get options(): ContestOption[] { return optionsOf(this.election, this.shape) }
}

/** The options of a contest in ballot order. */
export function optionsOf(election: Election, shape: ContestShape): ContestOption[] {
  return shape.definition.options.map((option) => new ContestOption(election, shape, option))
}
