import { createHmac, hkdfSync } from 'node:crypto'

/** Whose numbering a voter's number belongs to: the roll, or the source that ingests ballots by its own numbers. */
export type VoterNamespace = 'roll' | `source:${string}`

/** The secrets of one election. All results are 32 bytes unless it is said otherwise. */
export interface ElectionKeys {
  /** Stored with the election: tells whether a process has the master key that the election was made with. Says nothing of the key. */
  readonly fingerprint: Buffer
  /** Counting rule "Accept" 7: what the ledger knows of a voter. `id` is brought into its one spelling here. */
  voterRef(namespace: VoterNamespace, id: string): Buffer
  /** As rolls had it before spellings were one: only trimmed and in NFC. */
  earlierVoterRef(id: string): Buffer
  /** What the roll keeps of a voting code in its canonical form. */
  codeHash(code: string): Buffer
  /** What the voting code that is given out under an idempotency key is made of: the same request gives the same code, and nobody without this key can tell it. */
  codeSeed(purpose: 'first' | 'anew', voterRef: Buffer, idempotencyKey: string): Buffer
  /** What participation keeps of an idempotency key; scoped to the voter. 16 bytes: nobody looks anything up by it. */
  idempotencyHash(voterRef: Buffer, idempotencyKey: string): Buffer
  /** The key that seals the receipt: only the voter's client, which knows the idempotency key, can have it opened. */
  receiptKey(voterRef: Buffer, idempotencyKey: string): Buffer
  /**
   * What commitments to ballots are salted with (counting rule "Accept" 9). Whoever holds it can compute every commitment of
   * this election again from its row, and nothing else: no voter reference, no receipt, no other key.
   */
  readonly auditKey: Buffer
}

const IDEMPOTENCY_HASH_BYTES = 16

/** Derives (RFC 5869) the keys of an election from the master key and the election's slug, which never changes. */
export function electionKeys(masterKey: Buffer, slug: string): ElectionKeys {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', `livetally/1/election/${slug}`, 32))
  const mac = (purpose: string, ...parts: (string | Buffer)[]): Buffer => {
    const hmac = createHmac('sha256', key).update(purpose).update('\0')
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
  return {
    fingerprint: mac('fingerprint'),
    voterRef: (namespace, id) => mac(namespace, namespace === 'roll' ? oneSpelling(id) : canonicalVoterId(id)),
    earlierVoterRef: (id) => mac('roll', canonicalVoterId(id)),
    codeHash: (code) => mac('voting-code', code),
    codeSeed: (purpose, voterRef, idempotencyKey) => mac(`voting-code-${purpose}`, voterRef, idempotencyKey),
    idempotencyHash: (voterRef, idempotencyKey) => mac('idempotency', voterRef, idempotencyKey).subarray(0, IDEMPOTENCY_HASH_BYTES),
    receiptKey: (voterRef, idempotencyKey) => mac('receipt', voterRef, idempotencyKey),
    auditKey: mac('audit'),
  }
}

/** A number as it is shown and kept: trimmed and in NFC. */
export function canonicalVoterId(id: string): string {
  return id.normalize('NFC').trim()
}

/**
 * Two spellings of one voter's number must be one voter: compatibility forms (full width) are plain, capitals and small letters
 * are one, invisible marks are left out, and spaces count only between others and as one.
 */
export function oneSpelling(id: string): string {
  return id.normalize('NFKC').toUpperCase().normalize('NFKC').replace(/\p{Cf}/gu, '').replace(/\s+/gu, ' ').trim()
}
