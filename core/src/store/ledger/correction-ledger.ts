import type { Correction, CorrectionEntry, ElectionPhase } from '../../election/index.js'
import { entryOf, type EntryRow } from './box-entry-row.js'
import type { Database } from '../database/database.js'

/** What became of a correction. Milliseconds since 1970. */
export type CorrectionAnswer =
  | { verdict: 'APPENDED' | 'REPEATED', seq: number, castAt: number }
  /** The tracker stands for another correction. */
  | { verdict: 'CONFLICT' }
  | { verdict: 'WRONG_PHASE', phase: ElectionPhase }
  /** Another correction lies at or after `expectedSeq`: what this one says of the counts may be out of date. */
  | { verdict: 'UNSEEN', nextSeq: number }

export interface CorrectionLedger {
  /**
   * Appends a correction to the election's corrections box if nothing lies there at or after `expectedSeq`. `tracker` (a UUID)
   * stands for the request: sent again after any error it is answered from the ledger.
   */
  append(election: number, expectedSeq: number, tracker: string, correction: Correction): Promise<CorrectionAnswer>
  find(tracker: string): Promise<CorrectionEntry | undefined>
  /** The last corrections of a box with `seq` < `before`, the newest first. */
  newest(election: number, box: number, before: number, limit: number): Promise<CorrectionEntry[]>
  /** `seq` that the next correction will have. */
  nextSeq(election: number, box: number): Promise<number>
}

interface AnswerRow { verdict: number, phase: ElectionPhase, seq: string, cast_at: Date | null }

/** Corrections in the ledger, as the API may write and read them: it sees no ballot. */
export function createCorrectionLedger({ pool }: Pick<Database, 'pool'>): CorrectionLedger {
  return {
    async append(election, expectedSeq, tracker, correction) {
      const { rows: [row] } = await pool.query<AnswerRow>('SELECT * FROM append_correction($1, $2, $3, $4)', [election, expectedSeq, tracker, JSON.stringify(correction)])
      if (row === undefined) throw new Error('append_correction gave no answer.')
      return answerOf(row)
    },
    async find(tracker) {
      const { rows } = await pool.query<EntryRow>(`SELECT ${CORRECTION_COLUMNS} FROM find_correction($1) b`, [tracker])
      return correctionsOf(rows)[0]
    },
    async newest(election, box, before, limit) {
      const { rows } = await pool.query<EntryRow>(`SELECT ${CORRECTION_COLUMNS} FROM newest_corrections($1, $2::smallint, $3, $4) b ORDER BY b.seq DESC`, [election, box, before, limit])
      return correctionsOf(rows)
    },
    async nextSeq(election, box) {
      const { rows: [row] } = await pool.query<{ next_seq: string }>('SELECT next_seq FROM ballot_box WHERE election = $1 AND box = $2', [election, box])
      return Number(row?.next_seq ?? 0)
    },
  }
}

/* The functions answer for corrections alone: the API sees no other entry. */
const CORRECTION_COLUMNS = `b.seq, b.kind, b.correction, (extract(epoch FROM b.cast_at) * 1000)::bigint AS cast_ms, encode(b.commitment, 'hex') AS commitment, NULL AS chain`

function answerOf({ verdict, phase, seq, cast_at: castAt }: AnswerRow): CorrectionAnswer {
  switch (verdict) {
    case 0: return { verdict: 'APPENDED', seq: Number(seq), castAt: castAt?.getTime() ?? 0 }
    case 1: return { verdict: 'REPEATED', seq: Number(seq), castAt: castAt?.getTime() ?? 0 }
    case 2: return { verdict: 'CONFLICT' }
    case 3: return { verdict: 'WRONG_PHASE', phase }
    default: return { verdict: 'UNSEEN', nextSeq: Number(seq) }
  }
}

function correctionsOf(rows: readonly EntryRow[]): CorrectionEntry[] {
  return rows.map(entryOf).filter((entry) => entry.kind === 'CORRECTION')
}
