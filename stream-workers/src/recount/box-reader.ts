import type { BoxEntry, Correction } from '@livetally/core/election'
import { VOTE_CHANNELS } from '@livetally/core/election'
import type pg from 'pg'

/** An entry as it stands in the ledger: what is counted of it, and what speaks for it. */
export interface LedgerEntry {
  /** Carries a chain where a ledger transaction ends. */
  entry: BoxEntry
  commitment: Buffer
  /** Of ballots and corrections. */
  tracker: string | null
  /** A correction to the letter: its commitment binds the text. */
  correctionText: string | null
}

/** Reads one box of the ledger in the order of `seq`, a page at a time. */
export interface BoxReader {
  /** The next entry if its page is here. */
  peek(): LedgerEntry | undefined
  skip(): void
  /** Fetches the next page; false at the end of the box. */
  fill(): Promise<boolean>
}

export function createBoxReader(client: pg.ClientBase, election: number, box: number, pageSize: number): BoxReader {
  let page: LedgerEntry[] = []
  let at = 0
  let from = 0
  let isAtEnd = false
  return {
    peek: () => page[at],
    skip() { at += 1 },
    async fill() {
      if (isAtEnd) return false
      const { rows } = await client.query<EntryRow>(ENTRIES, [election, box, from, pageSize])
      page = rows.map(ledgerEntryOf)
      at = 0
      from = Number(rows.at(-1)?.seq ?? from - 1) + 1
      isAtEnd = rows.length < pageSize
      return rows.length > 0
    },
  }
}

const ENTRIES = `
  SELECT seq, kind, tracker, unit, channel, attributes, selections, correction::text AS correction, (extract(epoch FROM cast_at) * 1000)::bigint AS cast_ms, commitment, encode(chain, 'hex') AS chain
  FROM box_entry WHERE election = $1 AND box = $2 AND seq >= $3 ORDER BY seq LIMIT $4`

interface EntryRow {
  seq: string, kind: number, tracker: string | null, unit: string, channel: number, attributes: Record<string, string>, selections: Record<string, string[]>
  correction: string | null, cast_ms: string, commitment: Buffer, chain: string | null
}

function ledgerEntryOf(row: EntryRow): LedgerEntry {
  return { entry: entryOf(row), commitment: row.commitment, tracker: row.tracker, correctionText: row.correction }
}

function entryOf(row: EntryRow): BoxEntry {
  const base = { seq: Number(row.seq), castAt: Number(row.cast_ms), commitment: row.commitment.toString('hex'), ...row.chain === null ? {} : { chain: row.chain } }
  switch (row.kind) {
    case 0: {
      const channel = VOTE_CHANNELS[row.channel]
      if (channel === undefined) throw new Error(`The ledger names a channel ${row.channel} that does not exist.`)
      return { kind: 'BALLOT', ...base, unit: row.unit, channel, attributes: row.attributes, selections: row.selections }
    }
    case 1: return { kind: 'TICK', ...base }
    case 2: return { kind: 'CORRECTION', ...base, correction: JSON.parse(row.correction ?? '{}') as Correction }
    case 3: return { kind: 'SEAL', ...base }
    default: throw new Error(`The ledger holds an entry of a kind ${row.kind} that does not exist.`)
  }
}
