import { createHash } from 'node:crypto'
import type { LedgerEntry } from './box-reader.js'
import { createProblems } from './problems.js'

/** Verifies that a box has no hole and that its digests follow, entry by entry from the first. */
export function createBoxAudit({ box, nextSeq, chain }: { box: number, nextSeq: number, chain: string }) {
  const holes = createProblems(10)
  const brokenChains = createProblems(10)
  let digest = ''
  let link: Buffer[] = []
  let expected = 0
  return {
    take({ entry, commitment }: LedgerEntry): void {
      if (entry.seq !== expected) holes.add(`box ${box}: entry ${expected} is missing`)
      expected = entry.seq + 1
      link.push(commitment, instantOf(entry.castAt))
      if (entry.chain === undefined) return
      digest = createHash('sha256').update(Buffer.concat([Buffer.from(digest, 'hex'), ...link])).digest('hex')
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

/** As the digest has it: 8 bytes, big-endian, milliseconds since 1970. */
function instantOf(castAt: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(Math.round(castAt)))
  return bytes
}
