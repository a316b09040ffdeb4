import { PANE_MS } from '@livetally/core/election'
import { plainArray, textArray, type BoxFlush, type Database } from '@livetally/core/store'
import type pg from 'pg'

/** What anybody would write first: the same rows into tables of the same form, by `unnest`, in one transaction, with nothing checked. */
export interface PlainInserts {
  write(flushes: readonly BoxFlush[]): Promise<void>
}

/** Rows that are there already are overwritten, as in the worker's transaction. */
export async function createPlainInserts(owner: pg.Client, { pool }: Database): Promise<PlainInserts> {
  for (const table of ['tally', 'window_tally']) {
    await owner.query(`CREATE TABLE plain_${table} (LIKE ${table} INCLUDING ALL) WITH (fillfactor = 70)`)
    await owner.query(`GRANT ALL ON plain_${table} TO livetally_worker`)
  }
  return {
    async write(flushes) {
      const rows = flushes.flatMap((flush) => flush.rows.map((row) => ({ ...row, election: flush.election, box: flush.box, generation: flush.generation })))
      const counts = (of: typeof rows): string => `{${of.map((row) => `"{${row.counts.join(',')}}"`).join(',')}}`
      const owners = (of: typeof rows): string[] => [plainArray(of.map((row) => row.election)), plainArray(of.map((row) => row.box)), plainArray(of.map((row) => row.generation))]
      const tallies = rows.filter(({ view }) => view !== 'pane')
      const panes = rows.filter(({ view }) => view === 'pane').map((row) => ({ ...row, parts: row.key.split('/') }))
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        await client.query({ name: 'plain_tally', text: INSERT_TALLY, values: [...owners(tallies), textArray(tallies.map(({ view }) => view)), textArray(tallies.map(({ key }) => key)), counts(tallies)] })
        await client.query({ name: 'plain_panes', text: INSERT_PANES, values: [...owners(panes), textArray(panes.map(({ parts }) => parts[0] ?? '')), plainArray(panes.map(({ parts }) => parts[1] ?? '')), counts(panes)] })
        await client.query('COMMIT')
      } finally {
        client.release()
      }
    },
  }
}

const INSERT_TALLY = `
  INSERT INTO plain_tally (election, box, generation, view, key, counts)
  SELECT w.election, w.box, w.generation, w.view, w.key, w.counts::bigint[]
  FROM unnest($1::integer[], $2::smallint[], $3::integer[], $4::text[], $5::text[], $6::text[]) AS w (election, box, generation, view, key, counts)
  ON CONFLICT (election, box, generation, view, key) DO UPDATE SET counts = EXCLUDED.counts`

const INSERT_PANES = `
  INSERT INTO plain_window_tally (election, box, generation, unit, pane_start, size_ms, counts)
  SELECT w.election, w.box, w.generation, w.unit, to_timestamp(w.start_ms / 1000.0), ${PANE_MS}, w.counts::bigint[]
  FROM unnest($1::integer[], $2::smallint[], $3::integer[], $4::text[], $5::bigint[], $6::text[]) AS w (election, box, generation, unit, start_ms, counts)
  ON CONFLICT (election, box, generation, unit, pane_start, size_ms) DO UPDATE SET counts = EXCLUDED.counts`
