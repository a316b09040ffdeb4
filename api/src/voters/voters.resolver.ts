import { electionKeyOf } from '@livetally/core/voting'
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import { Election } from '../elections/election.type.js'
import { ballotStyleOf } from '../elections/ballot-style.js'
import { reportingUnitOf } from '../elections/reporting-unit.type.js'
import type { RequestContext } from '../server/context.js'
import { RegisterVotersInput, RegisterVotersPayload, VoterSession } from './voters.type.js'

@Resolver()
export class VotersResolver {
  @Allowed('EVERYBODY')
  @Mutation(() => VoterSession, { description: 'Opens an election to the voter whose voting code it is. Typing errors that do not change the code are forgiven.' })
  async signInWithVotingCode(
    @Arg('electionId', () => ID) id: string,
    @Arg('code', () => String) code: string,
    @Ctx() { identity, address, services }: RequestContext,
  ): Promise<VoterSession> {
    const known = await services.directory.require(identity, electionKeyOf(id))
    const { token, claims, hasVoted } = await services.signIn.withVotingCode(known, code, address)
    const reportingUnit = reportingUnitOf(known.election, claims.unit)
    if (reportingUnit === undefined) throw new Error('A voter is registered in a unit that the election does not have.')
    return Object.assign(new VoterSession(), {
      token,
      expiresAt: new Date(claims.exp * 1_000),
      election: new Election(known.election),
      reportingUnit,
      ballotStyle: ballotStyleOf(known.election, claims.unit),
      hasVoted,
    })
  }

  @Allowed('MANAGER')
  @Mutation(() => RegisterVotersPayload, { description: 'Adds voters to the roll and gives each a voting code.' })
  async registerVoters(@Arg('input', () => RegisterVotersInput) { electionId, voters }: RegisterVotersInput, @Ctx() { identity, services }: RequestContext): Promise<RegisterVotersPayload> {
    const found = await services.directory.require(identity, electionKeyOf(electionId))
    // Another process may have edited the draft a moment ago: whoever is registered by what it was could not vote.
    const known = found.election.phase === 'DRAFT' ? await services.elections.refresh(found.election.key) ?? found : found
    return Object.assign(new RegisterVotersPayload(), await services.roll.register(known, voters))
  }
}
