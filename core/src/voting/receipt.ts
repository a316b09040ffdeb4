import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { AttributeValues, Ballot, Selections } from '../election/index.js'

/** What a voter takes home: a random number to ask by, and the salt that makes the commitment say nothing to anybody else. */
export interface ReceiptSecret {
  /** Random UUID, as it is shown to people. */
  readonly tracker: string
  /** 16 random bytes; 32 in receipts of earlier versions. */
  readonly salt: Buffer
}

const ALGORITHM = 'aes-256-gcm'
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const TRACKER_BYTES = 16
/** As much as nobody can try out (NIST SP 800-132 asks for 16 bytes of salt): every byte rests beside every ballot. */
const SALT_BYTES = 16
const SALT_SIZES: ReadonlySet<number> = new Set([SALT_BYTES, 32])

export function makeReceipt(): ReceiptSecret {
  return { tracker: randomUUID(), salt: randomBytes(SALT_BYTES) }
}

/**
 * SHA-256 over an encoding of the ballot in which equal ballots are equal bytes: keys sorted, marks sorted, contests left
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
export function sealReceipt(key: Buffer, { tracker, salt }: ReceiptSecret): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  const sealed = cipher.update(Buffer.concat([Buffer.from(tracker.replaceAll('-', ''), 'hex'), salt]))
  cipher.final()
  return Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()])
}

/** Opens a sealed receipt. Throws if it was sealed under another key or has been changed. */
export function unsealReceipt(key: Buffer, sealed: Buffer): ReceiptSecret {
  const saltBytes = sealed.length - (1 + NONCE_BYTES + TRACKER_BYTES + TAG_BYTES)
  if (!SALT_SIZES.has(saltBytes) || sealed[0] !== VERSION) throw new Error('This is no receipt that was sealed here.')
  const tagAt = sealed.length - TAG_BYTES
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(1, 1 + NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(tagAt))
  const open = Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, tagAt)), decipher.final()])
  return { tracker: formatUuid(open.subarray(0, TRACKER_BYTES)), salt: open.subarray(TRACKER_BYTES) }
}

export function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

function formatUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
