import type { BoxEntry } from '@livetally/core/election'
import { createHash } from 'node:crypto'

/** What an entry means for a box that stands at a position. */
export type Step =
  /** Counted before; skip it. */
  | { kind: 'REPEAT' }
  /** Something before it never arrived. Nothing was taken: read on from `position.nextSeq`. */
  | { kind: 'GAP' }
  /** Taken, but its ledger transaction is not complete yet. */
  | { kind: 'PENDING' }
  /** A whole ledger transaction, in order, its digest verified: count these. */
  | { kind: 'LINK', entries: readonly BoxEntry[] }
  /** The digest does not follow from ours. Nothing was taken. */
  | { kind: 'BROKEN' }

const REPEAT: Step = { kind: 'REPEAT' }
const PENDING: Step = { kind: 'PENDING' }

export interface Position {
  /** The first entry not counted yet. */
  readonly nextSeq: number
  /** Digest after `nextSeq − 1`, 64 hex digits; empty before the first entry. */
  readonly chain: string
  offer(entry: BoxEntry): Step
  /** Takes entries as they are, whatever their digests say and wherever one is missing: for a ledger that is not sound itself. They must not begin before `nextSeq`. */
  force(entries: readonly BoxEntry[]): void
  /** Forgets entries that wait for the end of their transaction. */
  forgetPending(): void
}

/** No transaction of the ledger holds more entries: twenty times what may be cast in one. More of them without a chain mark mean that one was lost. */
export const MOST_IN_TRANSACTION = 20_000

/** Keeps the place of one box: `seq` rule and chain rule, and nothing else. */
export function createPosition(start: { nextSeq: number, chain: string }): Position {
  let { nextSeq, chain } = start
  let pending: BoxEntry[] = []
  return {
    get nextSeq() { return nextSeq },
    get chain() { return chain },
    offer(entry) {
      const expected = nextSeq + pending.length
      if (entry.seq < expected) return REPEAT
      if (entry.seq > expected || pending.length >= MOST_IN_TRANSACTION) {
        pending = []
        return { kind: 'GAP' }
      }
      pending.push(entry)
      if (entry.chain === undefined) return PENDING
      const entries = pending
      pending = []
      if (chainOf(chain, entries) !== entry.chain) return { kind: 'BROKEN' }
      nextSeq += entries.length
      chain = entry.chain
      return { kind: 'LINK', entries }
    },
    force(entries) {
      pending = []
      const last = entries.at(-1)
      if (last === undefined) return
      nextSeq = last.seq + 1
      chain = last.chain ?? chain
    },
    forgetPending() {
      pending = []
    },
  }
}

/** `SHA-256(previous chain ‖ for each entry of the transaction, in seq order, its commitment and castAt)`, hex; castAt in ms as 8 bytes, big-endian. */
export function chainOf(previous: string, entries: readonly BoxEntry[]): string {
  // One call with all of them: each costs as much as hashing many. Entries of one transaction mostly share their time.
  let [castAt, time] = [Number.NaN, '']
  let text = previous
  for (const entry of entries) {
    if (entry.castAt !== castAt) {
      castAt = entry.castAt
      time = hexOf(castAt)
    }
    text += entry.commitment + time
  }
  return createHash('sha256').update(text, 'hex').digest('hex')
}

/** A whole number of ms, before 1970 as well, as 16 hex digits in two's complement. */
function hexOf(ms: number): string {
  const high = Math.floor(ms / 2 ** 32)
  return word(high) + word(ms - high * 2 ** 32)
}

function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
