import { z } from 'zod'
import { VOTE_CHANNELS, type AttributeValues, type VoteChannel } from '../../election/index.js'
import { createEventFormat, field } from './event-format.js'

/**
 * One more person may vote. Of who it is there is nothing: no name, no number of the authority's, no code, and no reference
 * that the list of participations has, too.
 */
export interface VoterRegistered {
  readonly v: 1
  readonly election: number
  /** Place in the roll, from 0: each is told at least once, always with the same content, ascending but for repeats. Some are left out. */
  readonly number: number
  /** The polling place. */
  readonly unit: string
  /** How the voter will vote, where the roll says. */
  readonly channel?: VoteChannel
  /** Attribute id → value id. */
  readonly attributes: AttributeValues
}

export const voterRegisteredSchema: z.ZodType<VoterRegistered> = z.object({
  v: field.version,
  election: field.election,
  number: field.count,
  unit: field.id,
  channel: z.enum(VOTE_CHANNELS).exactOptional(),
  attributes: z.record(field.id, field.id),
})

const format = createEventFormat(voterRegisteredSchema)
export const encodeVoterRegistered = format.encode
export const parseVoterRegistered = format.parse

export function voterRegisteredKey({ election, number }: Pick<VoterRegistered, 'election' | 'number'>): string {
  return `e${election}/${number}`
}
