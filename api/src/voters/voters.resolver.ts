import { electionKeyOf } from '@livetally/core/voting'
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { subjectOf } from '../auth/identity.js'
import { Allowed } from '../auth/policy.js'
import { Election } from '../elections/election.type.js'
import { ballotStyleOf } from '../elections/ballot-style.js'
import { reportingUnitOf } from '../elections/reporting-unit.type.js'
import type { RequestContext } from '../server/context.js'
import { RegisterVotersInput, RegisterVotersPayload, reissueRefused, ReissueVotingCodeInput, ReissueVotingCodeResult, VoterSession, VotingCodeReissued } from './voters.type.js'

@Resolver()
export class VotersResolver {
  @Allowed('EVERYBODY')
  @Mutation(() => VoterSession, { description: 'Opens an election to the voter whose voting code it is. Typing errors that do not change the code are forgiven.' })
  async signInWithVotingCode(
    @Arg('electionId', () => ID) id: string,
    @Arg('code', () => String) code: string,
    @Ctx() { identity, address, connection, services }: RequestContext,
  ): Promise<VoterSession> {
    const known = await services.directory.require(identity, electionKeyOf(id))
    const { token, claims, hasVoted } = await services.signIn.withVotingCode(known, code, { address, connection })
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
  async registerVoters(@Arg('input', () => RegisterVotersInput) { electionId, voters, idempotencyKey }: RegisterVotersInput, @Ctx() { identity, services }: RequestContext): Promise<RegisterVotersPayload> {
    const found = await services.directory.require(identity, electionKeyOf(electionId))
    // Another process may have edited the draft a moment ago: whoever is registered by what it was could not vote.
    const known = found.election.phase === 'DRAFT' ? await services.elections.refresh(found.election.key) ?? found : found
    return Object.assign(new RegisterVotersPayload(), await services.roll.register(known, voters, idempotencyKey ?? undefined))
  }

  @Allowed('MANAGER')
  @Mutation(() => ReissueVotingCodeResult, { description: 'Gives a voter who has not voted a new voting code. The old one, and every session that it opened, is void at once. Who asked for it goes on record.' })
  async reissueVotingCode(@Arg('input', () => ReissueVotingCodeInput) { electionId, voterId, idempotencyKey }: ReissueVotingCodeInput, @Ctx() { identity, services }: RequestContext): Promise<typeof ReissueVotingCodeResult> {
    const known = await services.directory.require(identity, electionKeyOf(electionId))
    const issuedBy = subjectOf(identity)
    const code = await services.roll.reissue(known, { voterId, issuedBy, ...idempotencyKey === null || idempotencyKey === undefined ? {} : { idempotencyKey } })
    services.logger.info({ event: 'CODE_REISSUED', election: known.election.key, by: issuedBy, outcome: code.ok ? 'ISSUED' : code.reason }, 'A new voting code was asked for.')
    if (!code.ok) return reissueRefused(code.reason)
    const reportingUnit = reportingUnitOf(known.election, code.unit)
    if (reportingUnit === undefined) throw new Error('A voter is registered in a unit that the election does not have.')
    return Object.assign(new VotingCodeReissued(), { voterId: code.voterId, votingCode: code.votingCode, reportingUnit })
  }
}
