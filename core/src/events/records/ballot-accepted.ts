import { z } from 'zod'
import { CORRECTION_TYPES, VOTE_CHANNELS, type AttributeValues, type BoxEntry, type Correction, type Selections, type VoteChannel } from '../../election/index.js'
import { checkShape, field, isObject, parseJson, refuse, type Parsed } from './event-format.js'
import { createPieceReaders, readWrittenBallot } from './written-ballot.js'

/**
 * An entry of a ballot box, as the ledger holds it. It names no voter and nothing that leads to one: what a record may carry
 * is written out below, field by field, and nothing else is ever encoded.
 */
export type BallotAccepted = { readonly v: 1, readonly election: number, readonly box: number } & BoxEntry

const hex64 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
const head = { v: field.version, election: field.election, box: field.box, seq: field.count, castAt: field.instant, commitment: hex64, chain: hex64.exactOptional() }

const changed = { old: field.count, new: field.count }
const correction: z.ZodType<Correction> = z.object({
  type: z.enum(CORRECTION_TYPES),
  unit: field.id,
  channel: z.enum(VOTE_CHANNELS),
  changes: z.array(z.discriminatedUnion('count', [
    z.object({ count: z.literal('BALLOTS'), contest: field.id.exactOptional(), ...changed }),
    z.object({ count: z.enum(['UNDERVOTES', 'OVERVOTES']), contest: field.id, ...changed }),
    z.object({ count: z.literal('VOTES'), contest: field.id, option: field.id, ...changed }),
  ])).max(10_000),
  reason: z.string().min(1).max(1_000),
  by: z.string().min(1).max(200),
})

/** The documented contract; `parseBallotAccepted` decides the same by hand, many times faster. */
export const ballotAcceptedSchema: z.ZodType<BallotAccepted> = z.discriminatedUnion('kind', [
  z.object({
    ...head,
    kind: z.literal('BALLOT'),
    unit: field.id,
    channel: z.enum(VOTE_CHANNELS),
    /** Attribute id → value id. */
    attributes: z.record(field.id, field.id),
    /** Contest id → ids of the marked options. */
    selections: z.record(field.id, z.array(field.id)),
  }),
  z.object({ ...head, kind: z.literal('TICK') }),
  z.object({ ...head, kind: z.literal('SEAL') }),
  z.object({ ...head, kind: z.literal('CORRECTION'), correction }),
])

/** Records of one box share a key, and by `ballotsPartition` a partition. */
export function ballotAcceptedKey(election: number, box: number): string {
  return `e${election}/${box}`
}

export function toBallotAccepted(election: number, box: number, entry: BoxEntry): BallotAccepted {
  const { seq, castAt, commitment, chain } = entry
  const base = { v: 1 as const, election, box, seq, castAt, commitment, ...(chain === undefined ? {} : { chain }) }
  if (entry.kind === 'TICK' || entry.kind === 'SEAL') return { ...base, kind: entry.kind }
  if (entry.kind === 'CORRECTION') return { ...base, kind: 'CORRECTION', correction: entry.correction }
  const { unit, channel, attributes, selections } = entry
  return { ...base, kind: 'BALLOT', unit, channel, attributes, selections }
}

export function encodeBallotAccepted(event: BallotAccepted): string {
  return JSON.stringify(toBallotAccepted(event.election, event.box, event))
}

/** Never throws. Unknown fields are left out, so that later versions may add some. What it returns must not be changed: equal ballots share their parts. */
export function parseBallotAccepted(value: Buffer | string | null): Parsed<BallotAccepted> {
  const event = value === null ? undefined : readWrittenBallot(value, pieces)
  return event === undefined ? parseAnyBallot(value) : { ok: true, event }
}

/** The same for JSON in any order and form. */
export function parseAnyBallot(value: Buffer | string | null): Parsed<BallotAccepted> {
  const json = parseJson(value)
  if (!json.ok) return json
  const document = json.event
  if (!isObject(document)) return refuse('the value is no object')
  const { v, election, box, kind, seq, castAt, commitment, chain } = document
  if (v !== 1) return refuse(`version ${JSON.stringify(v)} is not known`)
  if (!isWhole(election, 1, 2_147_483_647)) return refuse('election: not an election\'s key')
  if (!isWhole(box, 0, 65_535)) return refuse('box: not the number of a ballot box')
  if (!isWhole(seq, 0)) return refuse('seq: not a sequence number')
  if (!isWhole(castAt, Number.MIN_SAFE_INTEGER)) return refuse('castAt: not a time in milliseconds')
  if (!isHex64(commitment)) return refuse('commitment: not 64 hexadecimal digits')
  if ('chain' in document && !isHex64(chain)) return refuse('chain: not 64 hexadecimal digits')
  const base = { v, election, box, seq, castAt, commitment, ...(isHex64(chain) ? { chain } : {}) } as const
  if (kind === 'TICK' || kind === 'SEAL') return { ok: true, event: { ...base, kind } }
  if (kind === 'CORRECTION') {
    const checked = checkShape(correction, document['correction'])
    return checked.ok ? { ok: true, event: { ...base, kind, correction: checked.event } } : refuse(`correction.${checked.reason}`)
  }
  if (kind !== 'BALLOT') return refuse('kind: none of BALLOT, TICK, CORRECTION and SEAL')
  const { unit, channel, attributes, selections } = document
  if (!isId(unit)) return refuse('unit: not an id')
  if (!isChannel(channel)) return refuse('channel: not a voting channel')
  if (!isAttributes(attributes)) return refuse('attributes: not value ids by attribute id')
  if (!isSelections(selections)) return refuse('selections: not lists of option ids by contest id')
  return { ok: true, event: { ...base, kind, unit, channel, attributes, selections } }
}

const pieces = createPieceReaders({ isId, isAttributes, isSelections })

const CHANNELS: ReadonlySet<unknown> = new Set(VOTE_CHANNELS)
const HEX_64 = /^[0-9a-f]{64}$/

function isWhole(value: unknown, least: number, greatest = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= greatest
}

function isHex64(value: unknown): value is string {
  return typeof value === 'string' && HEX_64.test(value)
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 64
}

function isChannel(value: unknown): value is VoteChannel {
  return CHANNELS.has(value)
}

function isAttributes(value: unknown): value is AttributeValues {
  if (!isObject(value)) return false
  for (const key of Object.keys(value)) if (!isId(key) || !isId(value[key])) return false
  return true
}

function isSelections(value: unknown): value is Selections {
  if (!isObject(value)) return false
  for (const key of Object.keys(value)) {
    const options = value[key]
    if (!isId(key) || !Array.isArray(options)) return false
    for (const option of options) if (!isId(option)) return false
  }
  return true
}
