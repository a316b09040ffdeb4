import { VOTE_CHANNELS, type AttributeValues, type BoxEntry, type Correction, type Selections, type VoteChannel } from '../../election/index.js'

/** The columns of `box_entry b` that make an entry, hex-encoded where they are bytes. */
export const ENTRY_COLUMNS = `b.seq, b.kind, b.unit, b.channel, b.attributes, b.selections, b.correction, (extract(epoch FROM b.cast_at) * 1000)::bigint AS cast_ms, encode(b.commitment, 'hex') AS commitment, encode(b.chain, 'hex') AS chain`

export type EntryRow = { seq: string, cast_ms: string, commitment: string, chain: string | null } & (
  | { kind: 0, unit: string, channel: number, attributes: AttributeValues, selections: Selections }
  | { kind: 1 | 3 }
  | { kind: 2, correction: Correction }
)

/** A ledger row as the counting knows it. The table checks that a row fills the columns of its kind and no others. */
export function entryOf(row: EntryRow): BoxEntry {
  const base = { seq: Number(row.seq), castAt: Number(row.cast_ms), commitment: row.commitment, ...row.chain === null ? {} : { chain: row.chain } }
  switch (row.kind) {
    case 0: return { kind: 'BALLOT', ...base, unit: row.unit, channel: channelOf(row.channel), attributes: row.attributes, selections: row.selections }
    case 1: return { kind: 'TICK', ...base }
    case 3: return { kind: 'SEAL', ...base }
    case 2: return { kind: 'CORRECTION', ...base, correction: row.correction }
    default: return row satisfies never
  }
}

export function channelOf(stored: number): VoteChannel {
  const channel = VOTE_CHANNELS[stored]
  if (channel === undefined) throw new Error(`The ledger names a channel ${stored} that does not exist.`)
  return channel
}
