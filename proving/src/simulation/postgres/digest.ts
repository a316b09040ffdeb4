import { createHash } from 'node:crypto'

/** What a digest covers of an entry: its commitment in hex, and its time in ms since 1970. */
export interface DigestedEntry { readonly commitment: string, readonly castAt: number }

/** A box's digest after a transaction, hex: of the one before it, and of each entry its commitment and its time as 8 bytes, big-endian. */
export function digestAfter(previous: string, entries: readonly DigestedEntry[]): string {
  const hash = createHash('sha256').update(previous, 'hex')
  for (const { commitment, castAt } of entries) {
    const time = Buffer.alloc(8)
    time.writeBigInt64BE(BigInt(castAt))
    hash.update(commitment, 'hex').update(time)
  }
  return hash.digest('hex')
}
