import { checkDefinition, findDefinitionWarnings, findExcessBallots, type ElectionPhase as Phase } from '@livetally/core/election'
import type { PhaseChange } from '@livetally/core/store'
import { electionKeyOf, type KnownElection } from '@livetally/core/voting'
import { Arg, createUnionType, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import { JSONObject } from '../schema/scalars.js'
import { ElectionPhase } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'
import { DefinitionProblem, invalidDefinition, InvalidElectionDefinition } from './definition-problem.type.js'
import { Election } from './election.type.js'

@InputType()
export class CreateElectionInput {
  @Field(() => JSONObject, { description: 'The election definition document.' })
  definition!: Record<string, unknown>
}

@ObjectType()
export class ElectionCreated {
  @Field(() => Election)
  election!: Election

  @Field(() => [DefinitionProblem], { description: 'What to know before it is published. Hinders nothing.' })
  warnings!: DefinitionProblem[]
}

@ObjectType({ description: 'The election is in the phase that was asked for (perhaps it had been before).' })
export class ElectionPhaseChanged {
  @Field(() => Election)
  election!: Election

  @Field(() => [DefinitionProblem], { description: 'Of `publishElection`: what to know of the definition, which is fixed from now on. Empty after every other change.' })
  warnings!: DefinitionProblem[]
}

@ObjectType()
export class PhaseChangeRefused {
  @Field(() => String)
  message!: string

  @Field(() => ElectionPhase, { description: 'The phase that the election is in.' })
  phase!: Phase
}

const CreateElectionResult = createUnionType({ name: 'CreateElectionResult', types: () => [ElectionCreated, InvalidElectionDefinition] as const })
const ElectionPhaseResult = createUnionType({ name: 'ElectionPhaseResult', types: () => [ElectionPhaseChanged, PhaseChangeRefused] as const })

@Resolver()
export class ElectionAdminResolver {
  @Allowed('MANAGER')
  @Mutation(() => CreateElectionResult, { description: 'Creates an election as a draft.' })
  async createElection(@Arg('input', () => CreateElectionInput) { definition }: CreateElectionInput, @Ctx() { services }: RequestContext): Promise<typeof CreateElectionResult> {
    const check = checkDefinition(definition)
    if (!check.ok) return invalidDefinition(check.problems)
    const created = await services.elections.create(check.definition)
    if (!created.ok) return invalidDefinition([{ path: 'slug', message: 'is taken by another election' }])
    return Object.assign(new ElectionCreated(), { election: new Election(created.election.election), warnings: findDefinitionWarnings(check.definition) })
  }

  @Allowed('MANAGER')
  @Mutation(() => ElectionPhaseResult, { description: 'Shows a draft to everybody and fixes its ballot boxes; it opens at its time, or by `openElection`.' })
  publishElection(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<typeof ElectionPhaseResult> {
    return changePhase(context, id, 'publish')
  }

  @Allowed('MANAGER')
  @Mutation(() => ElectionPhaseResult)
  openElection(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<typeof ElectionPhaseResult> {
    return changePhase(context, id, 'open')
  }

  @Allowed('MANAGER')
  @Mutation(() => ElectionPhaseResult, { description: 'Closes an election at one point in time: every vote was accepted before it, or is refused.' })
  closeElection(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<typeof ElectionPhaseResult> {
    return changePhase(context, id, 'close')
  }

  @Allowed('MANAGER')
  @Mutation(() => ElectionPhaseResult, { description: 'Stops an open election from taking votes until `resumeElection`; it closes at its time all the same.' })
  pauseElection(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<typeof ElectionPhaseResult> {
    return changePhase(context, id, 'pause')
  }

  @Allowed('MANAGER')
  @Mutation(() => ElectionPhaseResult)
  resumeElection(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<typeof ElectionPhaseResult> {
    return changePhase(context, id, 'resume')
  }

  @Allowed('MANAGER')
  @Mutation(() => ElectionPhaseResult, { description: 'Fixes the results of a closed election for good, corrections and texts included; refused while anything in its ledger is not published yet. Run the recount first.' })
  certifyElection(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<typeof ElectionPhaseResult> {
    return changePhase(context, id, 'certify')
  }
}

async function changePhase({ identity, services }: RequestContext, id: string, change: PhaseChange): Promise<typeof ElectionPhaseResult> {
  const known = await services.directory.require(identity, electionKeyOf(id))
  const { election } = known
  const hindrance = change === 'certify' && election.phase === 'CLOSED' ? await hindranceOfCertifying(services.live, known) : undefined
  if (hindrance !== undefined) return Object.assign(new PhaseChangeRefused(), { message: hindrance, phase: election.phase })
  const outcome = await services.elections.changePhase(election.key, change)
  if (!outcome.ok) return Object.assign(new PhaseChangeRefused(), { message: outcome.message, phase: outcome.phase })
  const changed = await services.directory.require(identity, election.key)
  const warnings = change === 'publish' ? findDefinitionWarnings(changed.election.structure.definition) : []
  return Object.assign(new ElectionPhaseChanged(), { election: new Election(changed.election), warnings })
}

const MOST_NAMED = 5

/** Results that do not add up are not certified: undefined if they do. What else stands against it the database says. */
async function hindranceOfCertifying(live: RequestContext['services']['live'], known: KnownElection): Promise<string | undefined> {
  const feed = await live.feed(known)
  await feed.catchUp()
  const { election: { structure }, at } = feed.current()
  const found = findExcessBallots(structure, at)
  if (found.length === 0) return undefined
  const named = found.slice(0, MOST_NAMED).map(({ unit, contest, inContest, ballots }) => `"${contest}" has ${inContest} ballots at "${unit}", where ${ballots} were cast`).join('; ')
  return `The results do not add up: ${named}${found.length > MOST_NAMED ? `; and ${found.length - MOST_NAMED} more` : ''}. Correct them first (correctResults).`
}
