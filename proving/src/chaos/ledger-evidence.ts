import type pg from 'pg'
import type { LedgerEvidence } from './checker/check.js'
import type { PaperBallot } from './checker/paper-count.js'

const PAGE = 5_000

/** Reads the ledger as it is, page by page, by plain statements of its own. */
export async function readLedger(pool: pg.Pool, election: number): Promise<LedgerEvidence> {
  const { rows: boxes } = await pool.query<{ box: number, head: number }>('SELECT box, next_seq::float8 AS head FROM ballot_box WHERE election = $1 ORDER BY box', [election])
  const { rows: [voters] } = await pool.query<{ count: number }>('SELECT count(*)::float8 AS count FROM participation WHERE election = $1', [election])
  const { rows: seals } = await pool.query<{ box: number, seq: number }>('SELECT box, seq::float8 AS seq FROM box_entry WHERE election = $1 AND kind = 3', [election])
  return {
    seals: new Map(seals.map(({ box, seq }) => [box, seq])),
    heads: new Map(boxes.map(({ box, head }) => [box, head])),
    participations: voters?.count ?? 0,
    async* read(box) {
      for (let from = 0; ;) {
        const { rows } = await pool.query<PaperBallot>(`
          SELECT box, seq::float8 AS seq, tracker, extract(epoch FROM cast_at)::float8 * 1000 AS "castAt", unit, selections FROM box_entry
          WHERE election = $1 AND box = $2 AND seq >= $3 AND kind = 0 ORDER BY seq LIMIT ${PAGE}`, [election, box, from])
        yield* rows
        const last = rows.at(-1)
        if (last === undefined) return
        from = last.seq + 1
      }
    },
  }
}
