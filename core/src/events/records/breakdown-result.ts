import { z } from 'zod'
import { contestCountsShape, type NamedContestCounts } from './contest-result.js'
import { createEventFormat, field } from './event-format.js'

/** Without a contest only `ballots` counts, and the rest is zero or empty. */
export interface BreakdownCell extends NamedContestCounts {
  /** One value id per attribute, in their order. */
  readonly values: readonly string[]
  /**
   * How many of this group may vote, by the roll: the denominator of its turnout. Null unless the roll names everybody who
   * may vote. Missing with a contest, which not all of them may vote in, and in records of before this was told.
   */
  readonly eligibleVoters?: number | null
}

/** Votes (or ballots, where no contest is named) by groups of voters, as of a revision. */
export interface BreakdownResult {
  readonly v: 1
  readonly election: number
  readonly revision: number
  readonly contest?: string
  /** One attribute id or two. */
  readonly attributes: readonly string[]
  /** Groups without a ballot and without a voter may be missing. */
  readonly cells: readonly BreakdownCell[]
}

export const breakdownResultSchema: z.ZodType<BreakdownResult> = z.object({
  v: field.version,
  election: field.election,
  revision: field.count,
  contest: field.id.exactOptional(),
  attributes: z.array(field.id).min(1).max(4),
  cells: z.array(z.object({ values: z.array(field.id).min(1).max(4), ...contestCountsShape, eligibleVoters: field.count.nullable().exactOptional() })),
})

const format = createEventFormat(breakdownResultSchema)
export const encodeBreakdownResult = format.encode
export const parseBreakdownResult = format.parse

export function breakdownResultKey({ election, contest, attributes }: Pick<BreakdownResult, 'election' | 'contest' | 'attributes'>): string {
  return `e${election}/${contest ?? ''}/${attributes.join(',')}`
}
