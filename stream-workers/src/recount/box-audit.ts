import { createHash } from 'node:crypto'
import type { LedgerEntry } from './box-reader.js'
import { createProblems } from './problems.js'

/** Verifies that a box has no hole and that its digests follow, entry by entry from the first. */
export function createBoxAudit({ box, nextSeq, chain }: { box: number, nextSeq: number, chain: string }) {
  const holes = createProblems(10)
  const brokenChains = createProblems(10)
  let digest = ''
  let link: LedgerEntry[] = []
  let expected = 0
  return {
    take(ledgerEntry: LedgerEntry): void {
      const { entry } = ledgerEntry
      if (entry.seq !== expected) holes.add(`box ${box}: entry ${expected} is missing`)
      expected = entry.seq + 1
      link.push(ledgerEntry)
      if (entry.chain === undefined) return
      digest = digestAfter(digest, link)
      if (digest !== entry.chain) brokenChains.add(`box ${box}: the digest at entry ${entry.seq} does not follow`)
      digest = entry.chain
      link = []
    },
    /** Call after the last entry. */
    problems(): string[] {
      if (expected !== nextSeq) holes.add(`box ${box}: holds ${expected} entries where its head says ${nextSeq}`)
      if (digest !== chain || link.length > 0) brokenChains.add(`box ${box}: its last digest is not the one its head names`)
      return [...holes.all, ...brokenChains.all]
    },
  }
}

/** What the last entry of a ledger transaction carries: the digest before it, and of each of its entries the commitment and the time. */
export function digestAfter(previous: string, transaction: readonly { commitment: Buffer, entry: { castAt: number } }[]): string {
  const hash = createHash('sha256').update(previous, 'hex')
  for (const { commitment, entry } of transaction) hash.update(commitment).update(instantOf(entry.castAt))
  return hash.digest('hex')
}

/** As the digest has it: 8 bytes, big-endian, milliseconds since 1970. */
function instantOf(castAt: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(Math.round(castAt)))
  return bytes
}
