import type { VoteChannel as Channel } from '@livetally/core/election'
import { Field, ID, InputType, ObjectType } from 'type-graphql'
import { Contest } from '../elections/contest.type.js'
import { DefinitionProblem } from '../elections/definition-problem.type.js'
import { Election } from '../elections/election.type.js'
import { ReportingUnit } from '../elections/reporting-unit.type.js'
import { DateTime } from '../schema/scalars.js'
import { VoteChannel } from '../schema/vocabulary.js'
import { AttributeValueInput } from '../voting/cast-vote.type.js'
import type { NewVoter } from './roll.js'

@ObjectType({ description: 'A voter who is signed in. The token is valid for an hour.' })
export class VoterSession {
  @Field(() => String, { description: 'For `Authorization: Bearer …`.' })
  token!: string

  @Field(() => DateTime)
  expiresAt!: Date

  @Field(() => Election)
  election!: Election

  @Field(() => ReportingUnit, { description: 'Where the voter votes.' })
  reportingUnit!: ReportingUnit

  @Field(() => [Contest], { description: 'The contests on this voter\'s ballot, in ballot order.' })
  ballotStyle!: Contest[]

  @Field(() => Boolean)
  hasVoted!: boolean
}

@InputType()
export class VoterInput implements NewVoter {
  @Field(() => ID, { description: 'The voter\'s number in the roll.' })
  voterId!: string

  @Field(() => ID, { description: 'A precinct or polling place.' })
  reportingUnitId!: string

  @Field(() => String, { nullable: true })
  name?: string | null

  @Field(() => String, { nullable: true })
  address?: string | null

  @Field(() => [AttributeValueInput], { nullable: true })
  attributes?: AttributeValueInput[] | null

  @Field(() => VoteChannel, { nullable: true, description: 'ONLINE unless named.' })
  channel?: Channel | null
}

@InputType()
export class RegisterVotersInput {
  @Field(() => ID)
  electionId!: string

  @Field(() => [VoterInput], { description: 'At most 1,000.' })
  voters!: VoterInput[]
}

@ObjectType()
export class RegisteredVoter {
  @Field(() => ID)
  voterId!: string

  @Field(() => String, { description: 'Shown this once and stored nowhere: it cannot be read again.' })
  votingCode!: string
}

@ObjectType({ description: 'Every voter of the request is in exactly one of the lists.' })
export class RegisterVotersPayload {
  @Field(() => [RegisteredVoter])
  registered!: RegisteredVoter[]

  @Field(() => [ID], { description: 'Left as they were.' })
  alreadyRegistered!: string[]

  @Field(() => [DefinitionProblem], { description: 'Why the others were not registered.' })
  problems!: DefinitionProblem[]
}

