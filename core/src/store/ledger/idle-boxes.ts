import type pg from 'pg'
import { createSideBySide, type OnStuck } from '../elections/side-by-side.js'

export interface IdleBoxes {
  /**
   * Appends a tick to every box that took no ballot for `idleMs` while others of its election went on. One transaction per
   * election: it holds all box locks of that election, and of no other. Elections where no box is behind are not locked.
   * Returns how many ticks were appended since the last turn.
   */
  tick(idleMs: number, onStuck?: OnStuck): Promise<number>
}

export function createIdleBoxes(pool: pg.Pool): IdleBoxes {
  const sideBySide = createSideBySide()
  let appended = 0
  return {
    async tick(idleMs, onStuck) {
      const { rows } = await pool.query<{ key: number }>(BEHIND, [idleMs])
      await sideBySide.run(rows.map(({ key }) => key), async (key) => {
        const { rows: [row] } = await pool.query<{ ticks: number }>(`SELECT append_ticks($1, $2 * interval '1 millisecond') AS ticks`, [key, idleMs])
        appended += row?.ticks ?? 0
      }, onStuck)
      const told = appended
      appended = 0
      return told
    },
  }
}

/* A guess without locks, at most a little too generous: append_ticks decides. */
const BEHIND = `
  SELECT e.key FROM election e CROSS JOIN LATERAL (
    SELECT max(b.newest_at) AS newest_at, max(b.box) AS corrections FROM ballot_box b WHERE b.election = e.key
  ) f
  WHERE e.phase = 'OPEN' AND e.time_source = 'IMPORTED' AND EXISTS (
    SELECT 1 FROM ballot_box b WHERE b.election = e.key AND b.box < f.corrections AND b.sealed_seq IS NULL
      AND b.newest_at < f.newest_at AND b.last_cast_at <= clock_timestamp() - $1 * interval '1 millisecond'
  ) ORDER BY e.key LIMIT 1000`
