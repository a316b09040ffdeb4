import type { CorrectionType as Type, Election, ElectionPhase as Phase, VoteChannel as Channel } from '@livetally/core/election'
import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql'
import { DefinitionProblem } from '../elections/definition-problem.type.js'
import { Count } from '../schema/scalars.js'
import { ElectionPhase, VoteChannel } from '../schema/vocabulary.js'
import type { CorrectionOutcome } from './correction-desk.js'
import { CorrectedCount, CorrectionLine, CorrectionType, CountChange } from './correction-line.type.js'

@InputType({ description: 'One count that was `old` and is `new`.' })
export class CountChangeInput {
  @Field(() => CorrectedCount)
  count!: CorrectedCount

  @Field(() => ID, { nullable: true, description: 'Left out for the BALLOTS of the polling place itself.' })
  contestId?: string | null

  @Field(() => ID, { nullable: true, description: 'For VOTES alone.' })
  optionId?: string | null

  @Field(() => Count, { description: 'What is published now.' })
  old!: number

  @Field(() => Count)
  new!: number
}

@InputType({ description: 'What a clerk corrects at one polling place and channel.' })
export class CorrectResultsInput {
  @Field(() => ID)
  electionId!: string

  @Field(() => ID, { description: 'Random, chosen by the client, kept until there is an answer: the same correction under the same key is counted once.' })
  idempotencyKey!: string

  @Field(() => CorrectionType)
  type!: Type

  @Field(() => ID, { description: 'A precinct or polling place.' })
  reportingUnitId!: string

  @Field(() => VoteChannel)
  channel!: Channel

  @Field(() => [CountChangeInput], { description: 'At most 1,000. With them every contest must add up: votes + undervotes + overvotes = votesAllowed × ballots.' })
  changes!: CountChangeInput[]

  @Field(() => String, { description: 'Shown with the results; at most 1,000 characters.' })
  reason!: string
}

@ObjectType({ description: 'The correction is in the ledger, for good. Results contain it a moment later.' })
export class ResultsCorrected {
  @Field(() => CorrectionLine)
  correction!: CorrectionLine

  @Field(() => Boolean, { description: 'True if the same request had been accepted before.' })
  repeated!: boolean
}

@ObjectType({ description: 'Nothing was corrected: it names counts that there are not, or the counts would not add up.' })
export class InvalidCorrection {
  @Field(() => String)
  message!: string

  @Field(() => [DefinitionProblem], { description: 'Everything that is wrong with it.' })
  problems!: DefinitionProblem[]
}

@ObjectType({ description: 'Nothing was corrected: counts are no longer what they were.' })
export class CountsHaveChanged {
  @Field(() => String)
  message!: string

  @Field(() => [CountChange], { description: 'The counts in question: `old` says what each is now, `new` what it should have become.' })
  counts!: CountChange[]
}

@ObjectType({ description: 'Nothing was corrected: results can be corrected from the opening of an election until it is certified.' })
export class CorrectionNotAllowed {
  @Field(() => String)
  message!: string

  @Field(() => ElectionPhase, { description: 'The phase that the election is in.' })
  phase!: Phase
}

@ObjectType({ description: 'This idempotency key was used for another correction, which counts.' })
export class CorrectionConflict {
  @Field(() => String)
  message!: string
}

export const CorrectResultsResult = createUnionType({
  name: 'CorrectResultsResult',
  types: () => [ResultsCorrected, InvalidCorrection, CountsHaveChanged, CorrectionNotAllowed, CorrectionConflict] as const,
})

/** An outcome as the schema says it. */
export function correctResultsResult(election: Election, outcome: CorrectionOutcome): typeof CorrectResultsResult {
  switch (outcome.kind) {
    case 'CORRECTED': return Object.assign(new ResultsCorrected(), { correction: new CorrectionLine(election, outcome.entry), repeated: outcome.repeated })
    case 'INVALID': return Object.assign(new InvalidCorrection(), {
      message: outcome.problems.length === 1 ? 'There is a problem with this correction.' : `There are ${outcome.problems.length} problems with this correction.`,
      problems: outcome.problems,
    })
    case 'OUTDATED': return Object.assign(new CountsHaveChanged(), {
      message: outcome.changes.length === 1 ? 'A count is not what this correction says it was.' : `${outcome.changes.length} counts are not what this correction says they were.`,
      counts: outcome.changes.map(({ change, now }) => new CountChange(election, { ...change, old: now })),
    })
    case 'WRONG_PHASE': return Object.assign(new CorrectionNotAllowed(), { message: NOT_ALLOWED[outcome.phase], phase: outcome.phase })
    case 'CONFLICT': return Object.assign(new CorrectionConflict(), { message: 'Another correction was made under this idempotency key. It counts; this one does not.' })
    default: return outcome satisfies never
  }
}

const NOT_YET = 'Nothing has been counted yet that could be corrected.'
const NOT_ALLOWED: Record<Phase, string> = {
  DRAFT: NOT_YET,
  SCHEDULED: NOT_YET,
  OPEN: 'The election has changed while this correction was on its way. Send it again.',
  PAUSED: 'The election has changed while this correction was on its way. Send it again.',
  CLOSED: 'The election has changed while this correction was on its way. Send it again.',
  CERTIFIED: 'These results are certified and can no longer be corrected.',
}
