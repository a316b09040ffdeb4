import { electionId, type ElectionPhase as Phase, type VoteChannel as Channel } from '@livetally/core/election'
import { sentenceOf, type IngestedBallot, type Verdict } from '@livetally/core/voting'
import { createUnionType, Field, ID, InputType, InterfaceType, ObjectType } from 'type-graphql'
import { DateTime } from '../schema/scalars.js'
import { ElectionPhase, VoteChannel } from '../schema/vocabulary.js'
import type { OwnVote } from './voting-service.js'

@InputType({ description: 'The marks in one contest. A contest of the ballot that is not named was left blank.' })
export class SelectionInput {
  @Field(() => ID)
  contestId!: string

  @Field(() => [ID])
  optionIds!: string[]
}

@InputType()
export class CastVoteInput implements OwnVote {
  @Field(() => ID)
  electionId!: string

  @Field(() => ID, { description: 'Random, chosen by the client, kept until there is an answer: the same request under the same key is counted once, however often it is sent.' })
  idempotencyKey!: string

  @Field(() => [SelectionInput])
  selections!: SelectionInput[]
}

@InputType()
export class AttributeValueInput {
  @Field(() => ID)
  attributeId!: string

  @Field(() => ID)
  valueId!: string
}

@InputType({ description: 'A ballot from a counting centre or polling place.' })
export class IngestBallotInput implements IngestedBallot {
  @Field(() => ID)
  idempotencyKey!: string

  @Field(() => ID, { nullable: true, description: 'The voter\'s number in the roll. Either this or `sourceBallotNumber`; either is counted once.' })
  voterId?: string | null

  @Field(() => ID, { nullable: true, description: 'The ballot\'s number at its source. In an election with a roll, a ballot of channel ONLINE names its `voterId` instead: a recount holds online ballots of nobody on the roll against the election, unless it is told how many were handed in.' })
  sourceBallotNumber?: string | null

  @Field(() => ID)
  reportingUnitId!: string

  @Field(() => VoteChannel)
  channel!: Channel

  @Field(() => [AttributeValueInput], { nullable: true })
  attributes?: AttributeValueInput[] | null

  @Field(() => DateTime, { nullable: true, description: 'Only in elections with imported time: from the opening, or `Election.castFrom`, on. Up to 2 minutes after the clock of the ledger it counts as now, beyond that it is refused.' })
  castAt?: Date | null

  @Field(() => [SelectionInput])
  selections!: SelectionInput[]
}

@InputType()
export class CastVotesInput {
  @Field(() => ID)
  electionId!: string

  @Field(() => [IngestBallotInput], { description: 'At most 1,000.' })
  ballots!: IngestBallotInput[]
}

@ObjectType({ description: 'What a voter keeps. The tracker says where the ballot is, never what it says.' })
export class Receipt {
  @Field(() => String)
  tracker!: string

  @Field(() => ID)
  electionId!: string

  @Field(() => DateTime, { description: 'Of a secret ballot: to the minute.' })
  castAt!: Date
}

@InterfaceType({ description: 'Why a vote was not accepted.' })
export abstract class VoteRefusal {
  @Field(() => String)
  message!: string
}

@ObjectType({ description: 'The vote is in the ledger, for good.' })
export class VoteAccepted {
  @Field(() => Receipt)
  receipt!: Receipt

  @Field(() => Boolean, { description: 'True if the same request had been accepted before.' })
  repeated!: boolean
}

@ObjectType({ implements: VoteRefusal, description: 'This voter has voted, with another request.' })
export class AlreadyVoted extends VoteRefusal {}

@ObjectType({ implements: VoteRefusal, description: 'This idempotency key was used by this voter for another ballot, which counts.' })
export class IdempotencyConflict extends VoteRefusal {}

@ObjectType({ implements: VoteRefusal })
export class ElectionNotOpen extends VoteRefusal {
  @Field(() => ElectionPhase)
  phase!: Phase
}

@ObjectType({ implements: VoteRefusal })
export class NotEligible extends VoteRefusal {}

@ObjectType({ implements: VoteRefusal, description: 'The ballot does not fit this election. Nothing was counted; it can be cast again, mended.' })
export class InvalidBallot extends VoteRefusal {
  @Field(() => [String], { description: 'Everything that is wrong with it.' })
  problems!: string[]
}

export const CastVoteResult = createUnionType({
  name: 'CastVoteResult',
  types: () => [VoteAccepted, AlreadyVoted, IdempotencyConflict, ElectionNotOpen, NotEligible, InvalidBallot] as const,
})

/** A verdict as the schema says it. */
export function castVoteResult(verdict: Verdict): typeof CastVoteResult {
  const message = sentenceOf(verdict)
  switch (verdict.kind) {
    case 'ACCEPTED': {
      const receipt = Object.assign(new Receipt(), { tracker: verdict.tracker, electionId: electionId(verdict.election), castAt: new Date(verdict.castAt) })
      return Object.assign(new VoteAccepted(), { receipt, repeated: verdict.repeated })
    }
    case 'ALREADY_VOTED': return Object.assign(new AlreadyVoted(), { message })
    case 'IDEMPOTENCY_CONFLICT': return Object.assign(new IdempotencyConflict(), { message })
    case 'ELECTION_NOT_OPEN': return Object.assign(new ElectionNotOpen(), { message, phase: verdict.phase })
    case 'NOT_ELIGIBLE': return Object.assign(new NotEligible(), { message })
    case 'INVALID_BALLOT': return Object.assign(new InvalidBallot(), { message, problems: verdict.problems })
    default: return verdict satisfies never
  }
}
