import { electionKeyOf, type KnownElection } from '@livetally/core/voting'
import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import type { RequestContext } from '../server/context.js'
import { createElectionStream } from './election-stream.js'
import { Election } from './election.type.js'

interface Opening { args: { electionId: string }, context: RequestContext }

@Resolver()
export class ElectionChangesResolver {
  @Allowed('EVERYBODY')
  @Subscription(() => Election, {
    description: 'The election as it is, then whenever its phase or its definition has changed.',
    subscribe: async ({ args, context: { identity, services } }: Opening) =>
      createElectionStream(services.elections, await services.directory.require(identity, electionKeyOf(args.electionId))),
  })
  electionChanged(@Arg('electionId', () => ID) _electionId: string, @Root() { election }: KnownElection): Election {
    return new Election(election)
  }
}
