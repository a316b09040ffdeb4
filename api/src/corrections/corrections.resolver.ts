import type { Correction, CountChange, DefinitionProblem, Election } from '@livetally/core/election'
import { cut, electionKeyOf, readUnit } from '@livetally/core/voting'
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import { subjectOf } from '../auth/identity.js'
import { Allowed } from '../auth/policy.js'
import type { RequestContext } from '../server/context.js'
import { CorrectResultsInput, correctResultsResult, CorrectResultsResult, type CountChangeInput } from './correct-results.type.js'

@Resolver()
export class CorrectionsResolver {
  @Allowed('CLERK')
  @Mutation(() => CorrectResultsResult, { description: 'Corrects published counts of one polling place: the only thing that lets a total fall.' })
  async correctResults(@Arg('input', () => CorrectResultsInput) input: CorrectResultsInput, @Ctx() { identity, services }: RequestContext): Promise<typeof CorrectResultsResult> {
    const known = await services.directory.require(identity, electionKeyOf(input.electionId))
    const { election } = known
    const read = readChanges(election, input.changes)
    const problems = [...keyProblems(input.idempotencyKey), ...read.problems]
    if (problems.length > 0) return correctResultsResult(election, { kind: 'INVALID', problems })
    // The order of the keys is part of the record: the ledger's commitment binds its text.
    const correction: Correction = {
      type: input.type, unit: readUnit(election, input.reportingUnitId), channel: input.channel,
      changes: read.changes, reason: input.reason.trim(), by: subjectOf(identity),
    }
    return correctResultsResult(election, await services.corrections.correct(known, input.idempotencyKey, correction))
  }
}

const LONGEST_ID = 200

function keyProblems(idempotencyKey: string): DefinitionProblem[] {
  return idempotencyKey.length >= 1 && idempotencyKey.length <= LONGEST_ID ? [] : [{ path: 'idempotencyKey', message: `must have 1 to ${LONGEST_ID} characters` }]
}

/** Turns public IDs into ids of the definition; `decideCorrection` says whether the election knows them. */
function readChanges({ key }: Election, inputs: readonly CountChangeInput[]): { changes: CountChange[], problems: DefinitionProblem[] } {
  const problems: DefinitionProblem[] = []
  const changes = inputs.flatMap((input, at): CountChange[] => {
    const contest = isGiven(input.contestId) ? cut(input.contestId, `e${key}/c/`) : undefined
    const option = isGiven(input.optionId) ? cut(input.optionId, `e${key}/o/${contest ?? ''}/`) : undefined
    const counts = { old: input.old, new: input.new }
    if ((option !== undefined) !== (input.count === 'VOTES')) {
      problems.push({ path: `changes[${at}].optionId`, message: input.count === 'VOTES' ? 'must say whose votes are corrected' : 'goes with VOTES alone' })
      return []
    }
    if (contest === undefined) {
      if (input.count === 'BALLOTS') return [{ count: 'BALLOTS', ...counts }]
      problems.push({ path: `changes[${at}].contestId`, message: 'must name the contest that is corrected' })
      return []
    }
    return input.count === 'VOTES' ? [{ count: 'VOTES', contest, option: option ?? '', ...counts }] : [{ count: input.count, contest, ...counts }]
  })
  return { changes, problems }
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}
