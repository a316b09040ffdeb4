import { checkDefinition, findDefinitionWarnings, type ElectionPhase as Phase } from '@livetally/core/election'
import type { DefinitionEdit } from '@livetally/core/store'
import { electionKeyOf } from '@livetally/core/voting'
import { Arg, createUnionType, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import { JSONObject } from '../schema/scalars.js'
import { ElectionPhase } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'
import { notFound } from '../server/errors.js'
import { DefinitionProblem, InvalidElectionDefinition, invalidDefinition } from './definition-problem.type.js'
import { Election } from './election.type.js'

@InputType()
export class UpdateElectionInput {
  @Field(() => ID)
  electionId!: string

  @Field(() => Int, { description: '`definitionVersion` of the election that was edited: an edit never goes over somebody else\'s.' })
  expectedVersion!: number

  @Field(() => JSONObject, { description: 'The whole edited document; `Election.definition` gives it as it is.' })
  definition!: Record<string, unknown>
}

@ObjectType({ description: 'The election is as the document says.' })
export class ElectionUpdated {
  @Field(() => Election)
  election!: Election

  @Field(() => [DefinitionProblem], { description: 'What to know of the document. Hinders nothing.' })
  warnings!: DefinitionProblem[]
}

@ObjectType({ description: 'Nothing was changed: somebody else has edited the election meanwhile. Read it again, and edit that.' })
export class ElectionChangedMeanwhile {
  @Field(() => String)
  message!: string

  @Field(() => Int, { description: 'The version it has now.' })
  definitionVersion!: number
}

@ObjectType({ description: 'Nothing was changed: certified results keep the texts they were certified with.' })
export class ElectionNotEditable {
  @Field(() => String)
  message!: string

  @Field(() => ElectionPhase)
  phase!: Phase
}

const UpdateElectionResult = createUnionType({
  name: 'UpdateElectionResult',
  types: () => [ElectionUpdated, InvalidElectionDefinition, ElectionChangedMeanwhile, ElectionNotEditable] as const,
})

@Resolver()
export class UpdateElectionResolver {
  @Allowed('MANAGER')
  @Mutation(() => UpdateElectionResult, {
    description: 'Edits an election: anything while it is a draft; afterwards, until it is certified, texts (names, descriptions, biographies, photos, platforms, colours), eligible voters and breakdowns.',
  })
  async updateElection(@Arg('input', () => UpdateElectionInput) { electionId, expectedVersion, definition }: UpdateElectionInput, @Ctx() { identity, services }: RequestContext): Promise<typeof UpdateElectionResult> {
    const { election } = await services.directory.require(identity, electionKeyOf(electionId))
    const check = checkDefinition(definition)
    if (!check.ok) return invalidDefinition(check.problems)
    const outcome = await services.elections.edit(election.key, expectedVersion, check.definition)
    if (!outcome.ok) return refusalOf(outcome)
    const updated = await services.directory.require(identity, election.key)
    return Object.assign(new ElectionUpdated(), { election: new Election(updated.election), warnings: findDefinitionWarnings(check.definition) })
  }
}

function refusalOf(outcome: Extract<DefinitionEdit, { ok: false }>): Exclude<typeof UpdateElectionResult, ElectionUpdated> {
  switch (outcome.reason) {
    case 'CHANGED_MEANWHILE': return Object.assign(new ElectionChangedMeanwhile(), {
      message: `This edit was made to another version; the election now has version ${outcome.definitionVersion}.`, definitionVersion: outcome.definitionVersion,
    })
    case 'CERTIFIED': return Object.assign(new ElectionNotEditable(), { message: 'The results of this election are certified; it can no longer be edited.', phase: 'CERTIFIED' as const })
    case 'FIXED': return invalidDefinition(outcome.problems)
    case 'NO_SUCH_ELECTION': throw notFound('There is no such election.')
    default: return outcome satisfies never
  }
}
