import { VOTE_CHANNELS, type Ballot, type BoxEntry, type ElectionPhase, type VoteChannel } from '../../election/index.js'
import { channelOf, entryOf, ENTRY_COLUMNS, type EntryRow } from './box-entry-row.js'
import type { Database } from '../database/database.js'
import { createLedgerConnection, type LedgerConnection } from './ledger-connection.js'
import { byteaArray, instantArray, numberArray, plainArray, textArray } from '../database/pg-arrays.js'
import { voterKeyOf } from './voter-key.js'

/** One ballot on its way into the ledger, with what its voter may later be answered from. */
export interface CastRow {
  /** 32 bytes, of which participation keeps the first half (`voterKeyOf`): all that it knows of the voter. */
  voterRef: Buffer
  /** 16 bytes: hash of the idempotency key. */
  keyHash: Buffer
  /** The receipt, sealed under a key derived from the idempotency key; at most 256 bytes. */
  sealedReceipt: Buffer
  /** The election's phase version when the ballot arrived. */
  phaseVersion: number
  /** Random UUID. */
  tracker: string
  /** 32 bytes. */
  commitment: Buffer
  ballot: Ballot
  /** Event time in ms, in elections with imported time only. */
  castAt?: number
  /** How often the voter's code had been issued anew when this session began; undefined where there is no session. */
  codeIssue?: number
}

export type CastAnswer =
  | { verdict: 'ACCEPTED', castAt: number }
  | { verdict: 'EXISTS', keyHash: Buffer, sealedReceipt: Buffer }
  | { verdict: 'NOT_OPEN', phase: ElectionPhase }
  /** `now` is the clock of the database, which judged it; milliseconds since 1970. */
  | { verdict: 'IN_FUTURE', now: number }
  /** The voter's code was issued anew after this session began. */
  | { verdict: 'VOID_SESSION' }
  /** `earliest` is the opening, or from when on early ballots count, as the database has it; milliseconds since 1970. */
  | { verdict: 'BEFORE_OPENING', earliest: number }

export interface BoxHead { election: number, box: number, nextSeq: number, sealedSeq: number | null }

/** A slice of one box that somebody wants to read. */
export interface BoxSlice { election: number, box: number, from: number, limit: number }

/** Where a ballot lies, and nothing of what it says. `castAt` in ms since 1970. */
export interface TrackedBallot { election: number, box: number, seq: number, castAt: number, commitment: Buffer, unit: string, channel: VoteChannel }

export interface BallotLedger extends AsyncDisposable {
  /** Counting rule "Accept" 3: one answer per row, in order. May be called again with the same rows after any error. */
  castBatch(election: number, box: number, rows: readonly CastRow[]): Promise<CastAnswer[]>
  findByTracker(tracker: string): Promise<TrackedBallot | undefined>
  hasVoted(election: number, voterRef: Buffer): Promise<boolean>
  heads(election: number): Promise<BoxHead[]>
  /** Heads of the boxes that are still open, and of all others that somebody is behind of. */
  openHeads(): Promise<BoxHead[]>
  /** Entries of several boxes in one round trip, each box ascending by `seq`. */
  readSlices(slices: readonly BoxSlice[]): Promise<{ election: number, box: number, entry: BoxEntry }[]>
  read(election: number, box: number, from: number, limit: number): Promise<BoxEntry[]>
}

const CAST_TIMEOUT_MS = 7_000

/** The ledger of acceptance in Postgres. */
export function createBallotLedger(database: Database): BallotLedger {
  const idle: LedgerConnection[] = []
  const all: LedgerConnection[] = []

  const withConnection = async <Result>(work: (connection: LedgerConnection) => Promise<Result>): Promise<Result> => {
    const connection = idle.pop() ?? createLedgerConnection(database, 'livetally-cast', CAST_TIMEOUT_MS)
    if (!all.includes(connection)) all.push(connection)
    try {
      return await work(connection)
    } finally {
      idle.push(connection)
    }
  }
  const readSlices: BallotLedger['readSlices'] = async (slices) => {
    if (slices.length === 0) return []
    const { rows } = await database.pool.query<EntryRow & { election: number, box: number }>(READ_SLICES, [
      plainArray(slices.map((slice) => slice.election)), plainArray(slices.map((slice) => slice.box)),
      plainArray(slices.map((slice) => slice.from)), plainArray(slices.map((slice) => slice.limit)),
    ])
    return rows.map((row) => ({ election: row.election, box: row.box, entry: entryOf(row) }))
  }

  return {
    castBatch: (election, box, rows) => withConnection(async (connection) => {
      const found = await connection.query<AnswerRow>({ name: 'cast_of_sessions', text: CAST, values: encodeRows(election, box, rows) })
      return answersOf(found, rows)
    }),
    async findByTracker(tracker) {
      const { rows: [row] } = await database.pool.query<PlaceRow>({ name: 'find_by_tracker', text: 'SELECT * FROM find_ballots(ARRAY[$1::uuid])', values: [tracker] })
      return row && placeOf(row)
    },
    async hasVoted(election, voterRef) {
      const { rows: [row] } = await database.pool.query<{ has_voted: boolean }>('SELECT has_voted($1, $2)', [election, voterKeyOf(voterRef)])
      return row?.has_voted === true
    },
    async heads(election) {
      const { rows } = await database.pool.query<HeadRow>('SELECT election, box, next_seq, sealed_seq FROM ballot_box WHERE election = $1 ORDER BY box', [election])
      return rows.map(headOf)
    },
    async openHeads() {
      const { rows } = await database.pool.query<HeadRow>({ name: 'open_heads', text: OPEN_HEADS })
      return rows.map(headOf)
    },
    readSlices,
    read: async (election, box, from, limit) => (await readSlices([{ election, box, from, limit }])).map(({ entry }) => entry),
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(all.map((connection) => connection[Symbol.asyncDispose]()))
    },
  }
}

const CAST = `SELECT * FROM cast_of_sessions($1, $2::smallint, $3::bytea[], $4::bytea[], $5::bytea[], $6::integer[], $7::uuid[], $8::bytea[], $9::text[], $10::smallint[], $11::text[], $12::text[], $13::timestamptz[], $14::integer[])`

const OPEN_HEADS = `
  SELECT b.election, b.box, b.next_seq, b.sealed_seq FROM ballot_box b
  LEFT JOIN relay_position p ON p.election = b.election AND p.box = b.box
  WHERE b.sealed_seq IS NULL OR b.next_seq > coalesce(p.next_seq, 0)
  ORDER BY b.election, b.box`

const READ_SLICES = `
  SELECT w.election, w.box, e.* FROM unnest($1::integer[], $2::smallint[], $3::bigint[], $4::integer[]) AS w (election, box, first, most)
  CROSS JOIN LATERAL (
    SELECT ${ENTRY_COLUMNS} FROM box_entry b WHERE b.election = w.election AND b.box = w.box AND b.seq >= w.first ORDER BY b.seq LIMIT w.most
  ) e ORDER BY w.election, w.box, e.seq`

interface AnswerRow { ordinal: number, verdict: number, phase: ElectionPhase, key_hash: Buffer | null, sealed_receipt: Buffer | null, cast_at: Date }
interface PlaceRow { election: number, box: number, seq: string, cast_at: Date, commitment: Buffer, unit: string, channel: number }
interface HeadRow { election: number, box: number, next_seq: string, sealed_seq: string | null }

function headOf(row: HeadRow): BoxHead {
  return { election: row.election, box: row.box, nextSeq: Number(row.next_seq), sealedSeq: row.sealed_seq === null ? null : Number(row.sealed_seq) }
}

function placeOf({ election, box, seq, cast_at: castAt, commitment, unit, channel }: PlaceRow): TrackedBallot {
  return { election, box, seq: Number(seq), castAt: castAt.getTime(), commitment, unit, channel: channelOf(channel) }
}

function encodeRows(election: number, box: number, rows: readonly CastRow[]): unknown[] {
  return [
    election, box,
    byteaArray(rows.map((row) => voterKeyOf(row.voterRef))),
    byteaArray(rows.map((row) => row.keyHash)),
    byteaArray(rows.map((row) => row.sealedReceipt)),
    plainArray(rows.map((row) => row.phaseVersion)),
    plainArray(rows.map((row) => row.tracker)),
    byteaArray(rows.map((row) => row.commitment)),
    textArray(rows.map((row) => row.ballot.unit)),
    plainArray(rows.map((row) => VOTE_CHANNELS.indexOf(row.ballot.channel))),
    textArray(rows.map((row) => JSON.stringify(row.ballot.attributes))),
    textArray(rows.map((row) => JSON.stringify(row.ballot.selections))),
    instantArray(rows.map((row) => row.castAt)),
    numberArray(rows.map((row) => row.codeIssue)),
  ]
}

function answersOf(found: readonly AnswerRow[], rows: readonly CastRow[]): CastAnswer[] {
  const first = found[0]
  if (first?.ordinal === 0) {
    const castAt = first.cast_at.getTime()
    return rows.map((row) => ({ verdict: 'ACCEPTED', castAt: row.castAt ?? castAt }))
  }
  if (found.length !== rows.length) throw new Error(`cast_batch answered ${found.length} of ${rows.length} rows.`)
  return found.map(answerOf)
}

function answerOf(row: AnswerRow): CastAnswer {
  if (row.verdict === 0) return { verdict: 'ACCEPTED', castAt: row.cast_at.getTime() }
  if (row.verdict === 1 && row.key_hash !== null && row.sealed_receipt !== null) return { verdict: 'EXISTS', keyHash: row.key_hash, sealedReceipt: row.sealed_receipt }
  if (row.verdict === 3) return { verdict: 'IN_FUTURE', now: row.cast_at.getTime() }
  if (row.verdict === 4) return { verdict: 'VOID_SESSION' }
  if (row.verdict === 5) return { verdict: 'BEFORE_OPENING', earliest: row.cast_at.getTime() }
  return { verdict: 'NOT_OPEN', phase: row.phase }
}
