import type { BoxEntry, Correction } from '@livetally/core/election'
import { VOTE_CHANNELS } from '@livetally/core/election'
import { createHash } from 'node:crypto'
import type pg from 'pg'

const PAGE = 5_000

export interface BoxAudit {
  /** Sequence numbers that should be there and are not, and digests that do not follow; empty in a sound box. */
  holes: string[]
  brokenChains: string[]
  entries: number
}

/** Reads one box of the ledger from `seq` 0 to its head, verifying numbers and digests, and hands every entry on. */
export async function auditBox(
  client: pg.ClientBase, election: number, box: { box: number, nextSeq: number, chain: string }, onEntry: (entry: BoxEntry) => void,
): Promise<BoxAudit> {
  const audit: BoxAudit = { holes: [], brokenChains: [], entries: 0 }
  let digest = ''
  let link: Buffer[] = []
  let expected = 0
  for (;;) {
    const { rows } = await client.query<EntryRow>(`
      SELECT seq, kind, unit, channel, attributes, selections, correction, extract(epoch FROM cast_at) * 1000 AS cast_ms, commitment, chain
      FROM box_entry WHERE election = $1 AND box = $2 AND seq >= $3 ORDER BY seq LIMIT $4`, [election, box.box, expected, PAGE])
    for (const row of rows) {
      const seq = Number(row.seq)
      if (seq !== expected && audit.holes.length < 10) audit.holes.push(`box ${box.box}: entry ${expected} is missing`)
      expected = seq + 1
      audit.entries += 1
      link.push(row.commitment, instantOf(row))
      if (row.chain !== null) {
        digest = createHash('sha256').update(Buffer.concat([Buffer.from(digest, 'hex'), ...link])).digest('hex')
        if (digest !== row.chain.toString('hex') && audit.brokenChains.length < 10) audit.brokenChains.push(`box ${box.box}: the digest at entry ${seq} does not follow`)
        digest = row.chain.toString('hex')
        link = []
      }
      onEntry(entryOf(row, seq))
    }
    if (rows.length < PAGE) break
  }
  if (expected !== box.nextSeq) audit.holes.push(`box ${box.box}: holds ${expected} entries where its head says ${box.nextSeq}`)
  if (digest !== box.chain || link.length > 0) audit.brokenChains.push(`box ${box.box}: its last digest is not the one its head names`)
  return audit
}

interface EntryRow { seq: string, kind: number, unit: string, channel: number, attributes: Record<string, string>, selections: Record<string, string[]>, correction: Correction | null, cast_ms: string, commitment: Buffer, chain: Buffer | null }

/** As the digest has it: 8 bytes, big-endian, milliseconds since 1970. */
function instantOf({ cast_ms: castMs }: EntryRow): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(Math.round(Number(castMs))))
  return bytes
}

function entryOf(row: EntryRow, seq: number): BoxEntry {
  const base = { seq, castAt: Number(row.cast_ms), commitment: row.commitment.toString('hex') }
  if (row.kind === 1 || row.kind === 3) return { kind: row.kind === 1 ? 'TICK' : 'SEAL', ...base }
  if (row.correction !== null) return { kind: 'CORRECTION', ...base, correction: row.correction }
  const channel = VOTE_CHANNELS[row.channel]
  if (channel === undefined) throw new Error(`The ledger names a channel ${row.channel} that does not exist.`)
  return { kind: 'BALLOT', ...base, unit: row.unit, channel, attributes: row.attributes, selections: row.selections }
}
