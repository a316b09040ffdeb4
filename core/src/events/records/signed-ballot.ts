import { z } from 'zod'
import { VOTE_CHANNELS, type AttributeValues, type Selections, type VoteChannel } from '../../election/index.js'
import { createEventFormat, field, isObject, parseJson, refuse, type Parsed } from './event-format.js'

/**
 * A ballot as another system signs it: the payload of the JSON Web Signature in `BallotSubmitted`. All ids are those of the
 * election's definition.
 */
export interface SignedBallot {
  readonly v: 1
  /** Random, chosen by the sender and kept until there is a verdict: the same ballot under the same key is counted once, however often it is sent. */
  readonly idempotencyKey: string
  /** The election's slug. */
  readonly election: string
  /** A polling place or precinct. */
  readonly unit: string
  readonly channel: VoteChannel
  /** The voter's number in the roll. Either this or `sourceBallotNumber`; either is counted once. */
  readonly voterId?: string
  /** The ballot's number at its source, which leads to no voter. */
  readonly sourceBallotNumber?: string
  readonly attributes?: AttributeValues
  /** A contest that is missing was left blank. */
  readonly selections: Selections
  /** When it was cast, ms since 1970: in elections with imported time only, from their opening (or `castFrom`) on; up to 2 minutes in the future counts as now. */
  readonly castAt?: number
}

const YEAR_9999 = 253_402_300_799_999

/** As the GraphQL API takes them, so that both doors refuse alike. */
const number = z.string().min(1).max(200)

export const signedBallotSchema: z.ZodType<SignedBallot> = z.object({
  v: field.version,
  idempotencyKey: number.describe('Random, kept until there is a verdict: the same ballot under the same key is counted once, however often it is sent.'),
  election: z.string().min(1).max(63).describe('The election\'s slug.'),
  unit: field.id.describe('The polling place or precinct: an id of the definition, as all ids here.'),
  channel: z.enum(VOTE_CHANNELS).describe('How the ballot came in.'),
  voterId: number.describe('The voter\'s number in the roll. Either this or sourceBallotNumber; either is counted once.').exactOptional(),
  sourceBallotNumber: number.describe('The ballot\'s number at its source, which leads to no voter.').exactOptional(),
  attributes: z.record(field.id, field.id).describe('Attribute id to value id.').exactOptional(),
  selections: z.record(field.id, z.array(field.id).max(1_000)).describe('Contest id to the ids of the marked options. A contest that is missing was left blank.'),
  castAt: z.int().min(0).max(YEAR_9999).describe('When it was cast: in elections with imported time only, from their opening (or castFrom) on. Up to 2 minutes after the clock of the ledger it counts as now, beyond that it is refused.').exactOptional(),
})

const format = createEventFormat(signedBallotSchema)
export const encodeSignedBallot = format.encode

/** Never throws. Unknown fields are left out, but nothing that was marked. */
export function parseSignedBallot(value: Buffer | string | null): Parsed<SignedBallot> {
  const parsed = format.parse(value)
  if (!parsed.ok) return parsed
  // The schema drops what no ballot can name, such as `__proto__`; a mark must never vanish unsaid.
  const json = parseJson(value)
  const marked = json.ok && isObject(json.event) && isObject(json.event['selections']) ? Object.keys(json.event['selections']).length : 0
  return Object.keys(parsed.event.selections).length === marked ? parsed : refuse('selections: names a contest that no election can have')
}
