import type pg from 'pg'
import { createSideBySide, type OnStuck } from './side-by-side.js'

export interface Schedule {
  /**
   * Closes what should have closed and opens what should have opened, by the database's clock, each election on its own. Returns
   * the keys of those that changed since the last turn. The ledger's function looks at the clock again under the locks.
   */
  run(onStuck?: OnStuck): Promise<number[]>
}

/** Elections open and close by the clock of the database, as far as it can be told from one process. */
export function createSchedule(pool: pg.Pool): Schedule {
  const sideBySide = createSideBySide()
  let changed: number[] = []
  return {
    async run(onStuck) {
      const { rows } = await pool.query<{ key: number }>(DUE)
      await sideBySide.run(rows.map(({ key }) => key), async (key) => {
        const { rows: [row] } = await pool.query<{ changed: boolean }>('SELECT changed FROM follow_schedule($1)', [key])
        if (row?.changed === true) changed.push(key)
      }, onStuck)
      const told = changed
      changed = []
      return told.toSorted((one, other) => one - other)
    },
  }
}

/* A look without locks. */
const DUE = `
  SELECT key FROM election
  WHERE (phase IN ('OPEN', 'PAUSED') AND closes_at <= clock_timestamp())
     OR (phase = 'SCHEDULED' AND opens_at <= clock_timestamp() AND closes_at > clock_timestamp())
  ORDER BY key LIMIT 1000`
