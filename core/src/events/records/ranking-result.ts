import { z } from 'zod'
import { REPORTING_UNIT_KINDS, type ReportingUnitKind } from '../../election/index.js'
import { createEventFormat, field } from './event-format.js'

/** The reporting units of a kind with the most ballots, as of a revision. */
export interface RankingResult {
  readonly v: 1
  readonly election: number
  readonly revision: number
  readonly unitKind: ReportingUnitKind
  /** Most ballots first; equal ballots share a rank. */
  readonly units: readonly { readonly rank: number, readonly unit: string, readonly ballots: number }[]
}

export const rankingResultSchema: z.ZodType<RankingResult> = z.object({
  v: field.version,
  election: field.election,
  revision: field.count,
  unitKind: z.enum(REPORTING_UNIT_KINDS),
  units: z.array(z.object({ rank: z.int().min(1), unit: field.id, ballots: field.count })),
})

const format = createEventFormat(rankingResultSchema)
export const encodeRankingResult = format.encode
export const parseRankingResult = format.parse

export function rankingResultKey({ election, unitKind }: Pick<RankingResult, 'election' | 'unitKind'>): string {
  return `e${election}/${unitKind}`
}
