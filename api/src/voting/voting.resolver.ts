import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import { Unconverted } from '../schema/unconverted.js'
import type { RequestContext } from '../server/context.js'
import { forbidden } from '../server/errors.js'
import { castVoteResult, CastVoteInput, CastVoteResult, CastVotesInput } from './cast-vote.type.js'

async function castVote({ identity, services }: RequestContext, input: CastVoteInput): Promise<typeof CastVoteResult> {
  if (identity.role !== 'VOTER') throw forbidden('Only a signed-in voter can cast a vote.')
  return castVoteResult(await services.voting.castOwn(identity.claims, input))
}

async function castVotes({ identity, services }: RequestContext, { electionId, ballots }: CastVotesInput): Promise<(typeof CastVoteResult)[]> {
  if (identity.role !== 'INGEST') throw forbidden('Only a counting centre can cast votes for others.')
  return (await services.voting.castIngested(identity.claims, electionId, ballots)).map(castVoteResult)
}

@Resolver()
export class VotingResolver {
  @Allowed('VOTER')
  @Unconverted<{ input: CastVoteInput }>((context, { input }) => castVote(context, input))
  @Mutation(() => CastVoteResult, { description: 'Casts the signed-in voter\'s vote.' })
  castVote(@Arg('input', () => CastVoteInput) input: CastVoteInput, @Ctx() context: RequestContext): Promise<typeof CastVoteResult> {
    return castVote(context, input)
  }

  @Allowed('INGEST')
  @Unconverted<{ input: CastVotesInput }>((context, { input }) => castVotes(context, input))
  @Mutation(() => [CastVoteResult], { description: 'Casts the ballots of a counting centre. Answers are in the order of the ballots.' })
  castVotes(@Arg('input', () => CastVotesInput) input: CastVotesInput, @Ctx() context: RequestContext): Promise<(typeof CastVoteResult)[]> {
    return castVotes(context, input)
  }
}
