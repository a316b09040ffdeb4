import { z } from 'zod'
import { VOTE_CHANNELS, type VoteChannel } from '../../election/index.js'
import { createEventFormat, field } from './event-format.js'

/** Ballots cast in the whole election or in one reporting unit, as of a revision. */
export interface TurnoutResult {
  readonly v: 1
  readonly election: number
  readonly revision: number
  /** Missing: the whole election. */
  readonly unit?: string
  readonly ballots: number
  /** Channels without a ballot may be missing. */
  readonly byChannel: Readonly<Partial<Record<VoteChannel, number>>>
  /** Null where the definition does not say. */
  readonly eligibleVoters: number | null
}

export const turnoutResultSchema: z.ZodType<TurnoutResult> = z.object({
  v: field.version,
  election: field.election,
  revision: field.count,
  unit: field.id.exactOptional(),
  ballots: field.count,
  byChannel: z.partialRecord(z.enum(VOTE_CHANNELS), field.count),
  eligibleVoters: field.count.nullable(),
})

const format = createEventFormat(turnoutResultSchema)
export const encodeTurnoutResult = format.encode
export const parseTurnoutResult = format.parse

export function turnoutResultKey({ election, unit }: Pick<TurnoutResult, 'election' | 'unit'>): string {
  return unit === undefined ? `e${election}` : `e${election}/${unit}`
}
