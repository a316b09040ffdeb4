import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { AttributeValues, Ballot, Selections } from '../election/index.js'

/** What a voter takes home: a random number to ask by. */
export interface ReceiptSecret {
  /** Random UUID, as it is shown to people. */
  readonly tracker: string
  /** In receipts of an earlier version alone: 16 or 32 random bytes that their commitment was salted with. */
  readonly salt?: Buffer
}

const ALGORITHM = 'aes-256-gcm'
const VERSION = 2
/** Its receipts held a salt of their own. */
const SALTED_VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const TRACKER_BYTES = 16
const SALT_SIZES: ReadonlySet<number> = new Set([16, 32])

export function makeReceipt(): ReceiptSecret {
  return { tracker: randomUUID() }
}

/**
 * Counting rule "Accept" 9: what a ballot's commitment is salted with. It says nothing of the ballot, and nobody can compute it
 * without the election's audit key. 32 bytes.
 */
export function saltOf(auditKey: Buffer, tracker: string): Buffer {
  return createHmac('sha256', auditKey).update(tracker).digest()
}

/**
 * SHA-256 over the salt and an encoding of the ballot in which equal ballots are equal bytes: keys sorted, marks sorted, contests left
 * blank left out. 32 bytes.
 */
export function commitTo(salt: Buffer, electionKey: number, ballot: Ballot): Buffer {
  return createHash('sha256').update('livetally/1/ballot\0').update(salt).update(canonicalBallot(electionKey, ballot)).digest()
}

export function canonicalBallot(electionKey: number, { unit, channel, attributes, selections }: Ballot): string {
  return JSON.stringify([electionKey, unit, channel, sortedAttributes(attributes), sortedSelections(selections)])
}

function sortedAttributes(attributes: AttributeValues): [string, string][] {
  return Object.entries(attributes).sort(byFirst)
}

function sortedSelections(selections: Selections): [string, string[]][] {
  return Object.entries(selections)
    .filter(([, options]) => options.length > 0)
    .map(([contest, options]): [string, string[]] => [contest, options.toSorted()])
    .sort(byFirst)
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** Seals a receipt under a 32-byte key that only the client's idempotency key gives (see `ElectionKeys.receiptKey`). */
export function sealReceipt(key: Buffer, { tracker }: ReceiptSecret): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  const sealed = cipher.update(Buffer.from(tracker.replaceAll('-', ''), 'hex'))
  cipher.final()
  return Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()])
}

/** Opens a sealed receipt, of this version or the one before. Throws if it was sealed under another key or has been changed. */
export function unsealReceipt(key: Buffer, sealed: Buffer): ReceiptSecret {
  if (!isOfKnownShape(sealed)) throw new Error('This is no receipt that was sealed here.')
  const tagAt = sealed.length - TAG_BYTES
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(1, 1 + NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(tagAt))
  const open = Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, tagAt)), decipher.final()])
  const tracker = formatUuid(open.subarray(0, TRACKER_BYTES))
  return open.length === TRACKER_BYTES ? { tracker } : { tracker, salt: open.subarray(TRACKER_BYTES) }
}

/** The version is not sealed: a receipt must have the length of the one it names. */
function isOfKnownShape(sealed: Buffer): boolean {
  const saltBytes = sealed.length - (1 + NONCE_BYTES + TRACKER_BYTES + TAG_BYTES)
  switch (sealed[0]) {
    case VERSION: return saltBytes === 0
    case SALTED_VERSION: return SALT_SIZES.has(saltBytes)
    default: return false
  }
}

export function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

function formatUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
