import type { Database } from '../database/database.js'

/** A process that publishes, and how often it has given a sign of life. */
export interface PublisherBeat { owner: string, beat: number }

/** An election whose publishing a process has claimed, under this epoch. */
export interface PublishedBy { election: number, epoch: number }

export interface PublisherProcessStore {
  /** A sign of life of `owner`. Returns the beats of all others. */
  beat(owner: string): Promise<PublisherBeat[]>
  /** Open elections that `owner` claimed last, the newest first. */
  openElections(owner: string, limit: number): Promise<PublishedBy[]>
  /** A process that ends in order: its elections are the group's to give away. */
  leave(owner: string): Promise<void>
  /** Forgets a process, unless it has given a sign of life since. */
  forget(silent: PublisherBeat): Promise<void>
}

/** Signs of life of the processes that publish. */
export function createPublisherProcessStore({ pool }: Database): PublisherProcessStore {
  return {
    async beat(owner) {
      const { rows } = await pool.query<{ owner: string, beat: string }>({ name: 'publisher_beat', text: BEAT, values: [owner] })
      return rows.map((row) => ({ owner: row.owner, beat: Number(row.beat) }))
    },
    async openElections(owner, limit) {
      const { rows } = await pool.query<{ election: number, epoch: string }>(`
        SELECT p.election, p.epoch FROM publisher_position p JOIN election e ON e.key = p.election
        WHERE p.owner = $1 AND e.phase IN ('OPEN', 'PAUSED') ORDER BY p.election DESC LIMIT $2`, [owner, limit])
      return rows.map(({ election, epoch }) => ({ election, epoch: Number(epoch) }))
    },
    async leave(owner) {
      await pool.query('DELETE FROM publisher_process WHERE owner = $1', [owner])
    },
    async forget({ owner, beat }) {
      await pool.query('DELETE FROM publisher_process WHERE owner = $1 AND beat = $2', [owner, beat])
    },
  }
}

const BEAT = `
  WITH mine AS (
    INSERT INTO publisher_process AS p (owner) VALUES ($1) ON CONFLICT (owner) DO UPDATE SET beat = p.beat + 1
  )
  SELECT owner, beat FROM publisher_process WHERE owner <> $1`
