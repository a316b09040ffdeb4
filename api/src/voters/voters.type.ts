import type { VoteChannel as Channel } from '@livetally/core/election'
import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql'
import { Contest } from '../elections/contest.type.js'
import { DefinitionProblem } from '../elections/definition-problem.type.js'
import { Election } from '../elections/election.type.js'
import { ReportingUnit } from '../elections/reporting-unit.type.js'
import { DateTime } from '../schema/scalars.js'
import { ReissueRefusalReason, VoteChannel } from '../schema/vocabulary.js'
import { AttributeValueInput } from '../voting/cast-vote.type.js'
import type { NewVoter } from './read-voter.js'

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

  @Field(() => ID, { nullable: true, description: 'Random, 20 to 200 characters, chosen and kept by the client until it has the codes: the same request under the same key gets the same codes. Whoever knows it can have them again.' })
  idempotencyKey?: string | null
}

@ObjectType()
export class RegisteredVoter {
  @Field(() => ID)
  voterId!: string

  @Field(() => String, { description: 'Stored nowhere: it cannot be read again, but by the same request under the same idempotency key.' })
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


@InputType()
export class ReissueVotingCodeInput {
  @Field(() => ID)
  electionId!: string

  @Field(() => ID, { description: 'The voter\'s number in the roll.' })
  voterId!: string

  @Field(() => ID, { nullable: true, description: 'As of `registerVoters`: the same request under the same key gets the same code.' })
  idempotencyKey?: string | null
}

@ObjectType({ description: 'The code that the voter had is void from now on, and so is every session that it opened.' })
export class VotingCodeReissued {
  @Field(() => ID)
  voterId!: string

  @Field(() => String, { description: 'Stored nowhere: it cannot be read again, but by the same request under the same idempotency key.' })
  votingCode!: string

  @Field(() => ReportingUnit, { description: 'Where the voter votes.' })
  reportingUnit!: ReportingUnit
}

@ObjectType({ description: 'The code that the voter has stays as it is.' })
export class VotingCodeNotReissued {
  @Field(() => String)
  message!: string

  @Field(() => ReissueRefusalReason)
  reason!: ReissueRefusalReason
}

export const ReissueVotingCodeResult = createUnionType({ name: 'ReissueVotingCodeResult', types: () => [VotingCodeReissued, VotingCodeNotReissued] as const })

const REFUSALS: Readonly<Record<ReissueRefusalReason, string>> = {
  NOT_ON_ROLL: 'This voterId is not on the roll: look for a typing error, or register the voter.',
  HAS_VOTED: 'This voter has voted already. The vote counts, and no code can be used for another.',
  VOTING_ENDED: 'Voting has ended: nobody could vote with a new code.',
}

export const reissueRefused = (reason: ReissueRefusalReason): VotingCodeNotReissued => Object.assign(new VotingCodeNotReissued(), { reason, message: REFUSALS[reason] })
