import { z } from 'zod'
import { REPORTING_UNIT_KINDS, type ReportingUnitKind } from '../../election/index.js'
import { createEventFormat, field } from './event-format.js'

/** A unit with its place: equal ones share a rank. */
export interface RankedByBallots { readonly rank: number, readonly unit: string, readonly ballots: number }
export interface RankedByTurnout extends RankedByBallots { readonly eligibleVoters: number }

/** The reporting units of a kind with the most ballots and those with the highest turnout, as of a revision. */
export interface RankingResult {
  readonly v: 1
  readonly election: number
  readonly revision: number
  readonly unitKind: ReportingUnitKind
  /** Most ballots first. */
  readonly units: readonly RankedByBallots[]
  /** Highest turnout (ballots for each eligible voter) first, without units whose number of voters is not known. Missing in records of before this was told. */
  readonly byTurnout?: readonly RankedByTurnout[]
}

const ranked = z.object({ rank: z.int().min(1), unit: field.id, ballots: field.count })

export const rankingResultSchema: z.ZodType<RankingResult> = z.object({
  v: field.version,
  election: field.election,
  revision: field.count,
  unitKind: z.enum(REPORTING_UNIT_KINDS),
  units: z.array(ranked),
  byTurnout: z.array(ranked.extend({ eligibleVoters: z.int().min(1) })).exactOptional(),
})

const format = createEventFormat(rankingResultSchema)
export const encodeRankingResult = format.encode
export const parseRankingResult = format.parse

export function rankingResultKey({ election, unitKind }: Pick<RankingResult, 'election' | 'unitKind'>): string {
  return `e${election}/${unitKind}`
}
