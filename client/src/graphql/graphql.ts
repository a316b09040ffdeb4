import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './graphql-env.d.ts'

/**
 * Typed documents against `schema.graphql`: what is selected is what is typed, and `npm run generate` checks every
 * document. `DateTime` is RFC 3339 in UTC, `Duration` ISO 8601, `Count` a whole number up to 2^53-1.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: {
    DateTime: string
    Duration: string
    Count: number
    JSONObject: Record<string, unknown>
  }
}>()

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada'
