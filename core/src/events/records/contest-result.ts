import { z } from 'zod'
import { createEventFormat, field } from './event-format.js'

/** What a contest got from a set of ballots: `sum(votes) + undervotes + overvotes = votesAllowed × ballots`. */
export interface NamedContestCounts {
  readonly ballots: number
  readonly undervotes: number
  readonly overvotes: number
  /** Option id → votes; every option of the contest is named. */
  readonly votes: Readonly<Record<string, number>>
}

export const contestCountsShape = {
  ballots: field.count,
  undervotes: field.count,
  overvotes: field.count,
  votes: z.record(field.id, field.count),
}

/** The votes of a contest, in the whole election or in one reporting unit, as of a revision. */
export interface ContestResult extends NamedContestCounts {
  readonly v: 1
  readonly election: number
  readonly revision: number
  readonly contest: string
  /** Missing: the whole election. */
  readonly unit?: string
}

export const contestResultSchema: z.ZodType<ContestResult> = z.object({
  v: field.version,
  election: field.election,
  revision: field.count,
  contest: field.id,
  unit: field.id.exactOptional(),
  ...contestCountsShape,
})

const format = createEventFormat(contestResultSchema)
export const encodeContestResult = format.encode
export const parseContestResult = format.parse

export function contestResultKey({ election, contest, unit }: Pick<ContestResult, 'election' | 'contest' | 'unit'>): string {
  return unit === undefined ? `e${election}/${contest}` : `e${election}/${contest}/${unit}`
}
