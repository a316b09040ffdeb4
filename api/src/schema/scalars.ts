import { GraphQLError, GraphQLScalarType, Kind } from 'graphql/index.js'
import { GraphQLDateTime, GraphQLDuration, GraphQLJSONObject } from 'graphql-scalars'

/** RFC 3339 with its offset; `Date` inside. */
export const DateTime = GraphQLDateTime
/** ISO 8601 such as `PT1M`; the text inside (see `durationMs`). */
export const Duration = new GraphQLScalarType({ ...GraphQLDuration.toConfig(), description: 'ISO 8601, such as `PT1M` or `P1D`.' })
export const JSONObject = GraphQLJSONObject

/** Ballots and votes: GraphQL's own Int ends at 2^31 − 1, which an electorate may pass. */
export const Count = new GraphQLScalarType<number, number>({
  name: 'Count',
  description: 'A whole number from 0 to 2^53 − 1.',
  serialize: asCount,
  parseValue: asCount,
  parseLiteral: (node) => asCount(node.kind === Kind.INT ? Number(node.value) : undefined),
})

function asCount(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new GraphQLError('Count cannot represent anything but whole numbers from 0 to 2^53 - 1.')
}
