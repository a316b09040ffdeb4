import { VOTE_CHANNELS, type AttributeValues, type BoxEntry, type Selections } from '../election/index.js'

/** The columns of `box_entry b` that make an entry, hex-encoded where they are bytes. */
export const ENTRY_COLUMNS = `b.seq, b.kind, b.unit, b.channel, b.attributes, b.selections, (extract(epoch FROM b.cast_at) * 1000)::bigint AS cast_ms, encode(b.commitment, 'hex') AS commitment, encode(b.chain, 'hex') AS chain`

export interface EntryRow {
  seq: string
  kind: number
  unit: string
  channel: number
  attributes: AttributeValues
  selections: Selections
  cast_ms: string
  commitment: string
  chain: string | null
}

/** A ledger row as the counting knows it. */
export function entryOf(row: EntryRow): BoxEntry {
  const base = { seq: Number(row.seq), castAt: Number(row.cast_ms), commitment: row.commitment, ...row.chain === null ? {} : { chain: row.chain } }
  if (row.kind === 1) return { kind: 'TICK', ...base }
  const channel = VOTE_CHANNELS[row.channel]
  if (channel === undefined) throw new Error(`The ledger names a channel ${row.channel} that does not exist.`)
  return { kind: 'BALLOT', ...base, unit: row.unit, channel, attributes: row.attributes, selections: row.selections }
}
