import { GraphQLError, GraphQLScalarType, Kind } from 'graphql/index.js'
import { GraphQLDateTime, GraphQLDuration, GraphQLJSONObject } from 'graphql-scalars'

const dateTime = GraphQLDateTime.toConfig()

/** RFC 3339 with its offset; `Date` inside. What is asked with lies in years that every part of the system can write. */
export const DateTime = new GraphQLScalarType<Date, Date | string>({
  ...dateTime,
  description: `${dateTime.description ?? ''} From 1970 to 9999, where it is asked with.`,
  parseValue: (value) => withinCalendar(dateTime.parseValue?.(inMilliseconds(value))),
  parseLiteral: (node, variables) => withinCalendar(dateTime.parseLiteral?.(node.kind === Kind.STRING ? { ...node, value: inMilliseconds(node.value) } : node, variables)),
})
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

/** Fractions of a second are cut off at the millisecond: long ones with leading zeros are misread by `Date`. */
function inMilliseconds<Value>(value: Value): Value | string {
  return typeof value === 'string' ? value.replace(/(\.\d{3})\d+/, '$1') : value
}

const YEAR_10000 = Date.UTC(10_000, 0, 1)

function withinCalendar(instant: unknown): Date {
  if (instant instanceof Date && instant.getTime() >= 0 && instant.getTime() < YEAR_10000) return instant
  throw new GraphQLError('DateTime must lie in the years 1970 to 9999, in UTC.')
}

function asCount(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new GraphQLError('Count cannot represent anything but whole numbers from 0 to 2^53 - 1.')
}
