import { LONGEST_REASON, type ElectionPhase as Phase } from '@livetally/core/election'
import type { ExtensionOutcome } from '@livetally/core/store'
import { electionKeyOf } from '@livetally/core/voting'
import { Arg, createUnionType, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import { subjectOf } from '../auth/identity.js'
import { Allowed } from '../auth/policy.js'
import { DateTime } from '../schema/scalars.js'
import { ElectionPhase } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'
import { badInput } from '../server/errors.js'
import { Election } from './election.type.js'

@InputType()
export class ExtendElectionInput {
  @Field(() => ID)
  electionId!: string

  @Field(() => DateTime, { description: 'Later than it closes now. The same time again changes nothing.' })
  closesAt!: Date

  @Field(() => String, { description: `Shown with the election; at most ${LONGEST_REASON.toLocaleString('en')} characters.` })
  reason!: string
}

@ObjectType({ description: 'The election closes at the wanted time (perhaps it had been extended before).' })
export class ElectionExtended {
  @Field(() => Election)
  election!: Election
}

@ObjectType({ description: 'Nothing was changed: only an election that is OPEN or PAUSED can be extended, and only to a later time.' })
export class ExtensionRefused {
  @Field(() => String)
  message!: string

  @Field(() => ElectionPhase, { description: 'The phase that the election is in. CLOSED from its closing time on, whether or not somebody has closed it yet.' })
  phase!: Phase

  @Field(() => DateTime, { description: 'When it closes or has closed.' })
  closesAt!: Date
}

const ExtendElectionResult = createUnionType({ name: 'ExtendElectionResult', types: () => [ElectionExtended, ExtensionRefused] as const })

@Resolver()
export class ExtendElectionResolver {
  @Allowed('MANAGER')
  @Mutation(() => ExtendElectionResult, { description: 'Lets voting last longer: moves the closing time of an open or paused election to a later one. It stays on record, with the reason, in `Election.extensions`.' })
  async extendElection(@Arg('input', () => ExtendElectionInput) { electionId, closesAt, reason }: ExtendElectionInput, @Ctx() { identity, services }: RequestContext): Promise<typeof ExtendElectionResult> {
    const { election } = await services.directory.require(identity, electionKeyOf(electionId))
    const told = reason.trim()
    if (told.length < 1 || told.length > LONGEST_REASON) throw badInput(`\`reason\` says to everybody why voting lasts longer: give it 1 to ${LONGEST_REASON} characters.`)
    const outcome = await services.elections.extend(election.key, { closesAt, by: subjectOf(identity), reason: told })
    if (!outcome.ok) return Object.assign(new ExtensionRefused(), { message: refusalOf(outcome), phase: outcome.phase, closesAt: outcome.closesAt })
    const extended = await services.directory.require(identity, election.key)
    return Object.assign(new ElectionExtended(), { election: new Election(extended.election) })
  }
}

function refusalOf({ reason, phase, closesAt }: Extract<ExtensionOutcome, { ok: false }>): string {
  switch (reason) {
    case 'NOT_LATER': return `This election closes at ${closesAt.toISOString()}: say a later time. To end voting earlier, use \`closeElection\` when it is to end.`
    case 'WRONG_PHASE': return WRONG_PHASE[phase]
    default: return reason satisfies never
  }
}

const VOTING_HAS_CLOSED = 'Voting has closed, and what has closed stays closed: some voters may have been told so.'

const WRONG_PHASE: Readonly<Record<Phase, string>> = {
  DRAFT: 'This election is a draft: give it another closing time with `updateElection`.',
  SCHEDULED: 'Voting has not opened yet: extend the election once it is open.',
  OPEN: 'The election has just changed its phase: try again.',
  PAUSED: 'The election has just changed its phase: try again.',
  CLOSED: VOTING_HAS_CLOSED,
  CERTIFIED: VOTING_HAS_CLOSED,
}
