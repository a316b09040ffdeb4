import type { ReceiptSecret } from '@livetally/core/voting'
import type { Random } from './random.js'

/** Receipts as they are drawn in a simulation: they decide the order of ballots in a transaction, so that a seed has to repeat them. */
export function drawReceiptsFrom(random: Random): () => ReceiptSecret {
  return () => ({ tracker: uuidOf(random.bytes(16)) })
}

/** A random UUID (RFC 9562, version 4). */
function uuidOf(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
