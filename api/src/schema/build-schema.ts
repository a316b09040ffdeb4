import 'reflect-metadata'
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { enforceBinding, enforcePolicy, type Policy } from '../auth/policy.js'
import { ViewerResolver } from '../auth/viewer.resolver.js'
import { CorrectionsResolver } from '../corrections/corrections.resolver.js'
import { ElectionAdminResolver } from '../elections/election-admin.resolver.js'
import { ElectionChangesResolver } from '../elections/election-changes.resolver.js'
import { ElectionsResolver } from '../elections/elections.resolver.js'
import { ExtendElectionResolver } from '../elections/extend-election.resolver.js'
import { UpdateElectionResolver } from '../elections/update-election.resolver.js'
import { LiveResolver } from '../live/live.resolver.js'
import { ReceiptsResolver } from '../receipts/receipts.resolver.js'
import { ResultsResolver } from '../results/results.resolver.js'
import { meterOf } from '../server/cost/client-cost.js'
import { meterAnswers } from '../server/cost/meter-answers.js'
import type { RequestContext } from '../server/context.js'
import { SystemResolver } from '../system/system.resolver.js'
import { TimelineResolver } from '../timeline/timeline.resolver.js'
import { VotersResolver } from '../voters/voters.resolver.js'
import { VotingResolver } from '../voting/voting.resolver.js'
import { noPubSub } from './no-pub-sub.js'
import type { UnconvertedHandler } from './unconverted.js'

type RootField = GraphQLField<unknown, RequestContext, Record<string, unknown>>

/** The whole contract, ready to be executed: every root field asks its policy first. */
export function buildApiSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      ElectionsResolver, ElectionAdminResolver, UpdateElectionResolver, ExtendElectionResolver, ElectionChangesResolver, ResultsResolver, CorrectionsResolver, LiveResolver, TimelineResolver,
      VotingResolver, ReceiptsResolver, VotersResolver, ViewerResolver, SystemResolver,
    ],
    // Costs 38 µs a call and echoes input; what the schema cannot say is checked where it is used, in sentences.
    validate: false,
    pubSub: noPubSub,
  })
  const mutations = new Set(fieldsOf(schema.getMutationType()))
  for (const field of rootFields(schema)) guard(field, mutations.has(field))
  return meterAnswers(schema, meterOf)
}

/** Fields of query, mutation and subscription: everything else is reached through one of them. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(fieldsOf)
}

function fieldsOf(type: GraphQLObjectType | null | undefined): RootField[] {
  return Object.values(type?.getFields() ?? {}) as RootField[]
}

/** The policy that a root field names; undefined is refused to everybody. */
export function policyOf(field: RootField): Policy | undefined {
  return field.extensions['policy'] as Policy | undefined
}

function guard(field: RootField, isMutation: boolean): void {
  const policy = policyOf(field)
  const unconverted = field.extensions['unconverted'] as UnconvertedHandler | undefined
  const { resolve, subscribe } = field
  const allowed = (context: RequestContext): void => { enforcePolicy(policy, context.identity.role) }
  if (subscribe !== undefined) {
    field.subscribe = async (source, args, context, info): Promise<unknown> => {
      allowed(context)
      return subscribe(source, args, context, info)
    }
    return
  }
  field.resolve = (source, args, context, info): unknown => {
    allowed(context)
    // What may be read of elections is asked where they are read; what may be changed, here, for every mutation alike.
    if (isMutation) enforceBinding(context.identity, args)
    return unconverted === undefined ? resolve?.(source, args, context, info) : unconverted(context, args)
  }
}
