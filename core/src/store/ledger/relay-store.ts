import type { Database } from '../database/database.js'
import { plainArray } from '../database/pg-arrays.js'

export interface RelayLease { election: number, box: number, nextSeq: number, owner: string | null, epoch: number, beat: number }

/** One box as a relay process knows it when it writes. */
export interface RelayNote { election: number, box: number, epoch: number, nextSeq: number }

export interface RelayStore {
  /** Every lease there is; boxes without one get an ownerless one first. */
  leases(): Promise<RelayLease[]>
  /** Takes a lease if nobody else has taken it since it was read. Returns the new epoch. */
  take(lease: RelayLease, owner: string): Promise<number | undefined>
  /** Beats for every box and writes its position, a hint. Returns the boxes that are still ours. */
  beat(notes: readonly RelayNote[]): Promise<{ election: number, box: number }[]>
  /** Gives leases back, so that a successor need not wait. */
  release(notes: readonly RelayNote[]): Promise<void>
}

/** Leases of the relay: who sends which box's entries to the event log. */
export function createRelayStore({ pool }: Database): RelayStore {
  const columns = (notes: readonly RelayNote[]): string[] => [
    plainArray(notes.map((note) => note.election)), plainArray(notes.map((note) => note.box)),
    plainArray(notes.map((note) => note.epoch)), plainArray(notes.map((note) => note.nextSeq)),
  ]
  return {
    async leases() {
      await pool.query(`INSERT INTO relay_position (election, box) SELECT b.election, b.box FROM ballot_box b
        WHERE NOT EXISTS (SELECT 1 FROM relay_position p WHERE p.election = b.election AND p.box = b.box) ON CONFLICT DO NOTHING`)
      const { rows } = await pool.query<{ election: number, box: number, next_seq: string, owner: string | null, epoch: string, beat: string }>(`
        SELECT p.election, p.box, p.next_seq, p.owner, p.epoch, p.beat FROM relay_position p
        JOIN ballot_box b ON b.election = p.election AND b.box = p.box
        WHERE b.sealed_seq IS NULL OR p.next_seq < b.next_seq`)
      return rows.map((row) => ({ election: row.election, box: row.box, owner: row.owner, nextSeq: Number(row.next_seq), epoch: Number(row.epoch), beat: Number(row.beat) }))
    },
    async take(lease, owner) {
      const { rows } = await pool.query<{ epoch: string }>(`
        UPDATE relay_position SET owner = $5, epoch = epoch + 1, beat = beat + 1
        WHERE election = $1 AND box = $2 AND epoch = $3 AND beat = $4 RETURNING epoch`, [lease.election, lease.box, lease.epoch, lease.beat, owner])
      return rows[0] && Number(rows[0].epoch)
    },
    async beat(notes) {
      const { rows } = await pool.query<{ election: number, box: number }>(`
        UPDATE relay_position p SET beat = p.beat + 1, next_seq = greatest(p.next_seq, w.next_seq)
        FROM unnest($1::integer[], $2::smallint[], $3::bigint[], $4::bigint[]) AS w (election, box, epoch, next_seq)
        WHERE p.election = w.election AND p.box = w.box AND p.epoch = w.epoch RETURNING p.election, p.box`, columns(notes))
      return rows
    },
    async release(notes) {
      await pool.query(`
        UPDATE relay_position p SET owner = NULL, beat = p.beat + 1, next_seq = greatest(p.next_seq, w.next_seq)
        FROM unnest($1::integer[], $2::smallint[], $3::bigint[], $4::bigint[]) AS w (election, box, epoch, next_seq)
        WHERE p.election = w.election AND p.box = w.box AND p.epoch = w.epoch`, columns(notes))
    },
  }
}
