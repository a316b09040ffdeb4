import type pg from 'pg'
import { PANE_MS, type TallyRow, type TallyView } from '../../election/index.js'
import { plainArray, textArray } from '../database/pg-arrays.js'
import { allowLongTransaction } from '../database/transaction-time.js'
import type { BoxFlush, BoxId } from './tally-store.js'

export interface TallyRowRow { view: TallyView, key: string, counts: string[] }

/** Panes as rows of the shape of all others. */
export const PANE_ROWS = `
  SELECT election, box, generation, 'pane' AS view, unit || '/' || (extract(epoch FROM pane_start) * 1000)::bigint || CASE WHEN size_ms = ${PANE_MS} THEN '' ELSE '/' || size_ms END AS key, counts, pane_start, size_ms FROM window_tally`

/** Both tables as rows of one shape; see `TALLY_VIEWS`. Exported for the publisher, which reads the same rows in its snapshot. */
export const TALLY_ROWS = `
  SELECT election, box, generation, view, key, counts FROM tally
  UNION ALL
  SELECT election, box, generation, view, key, counts FROM (${PANE_ROWS}) p`

/** A row as the driver gives it: bigint[] comes as text. */
export function tallyRowOf({ view, key, counts }: TallyRowRow): TallyRow {
  return { view, key, counts: counts.map(Number) }
}

const WRITE_TALLY = `
  INSERT INTO tally (election, box, generation, view, key, counts)
  SELECT w.election, w.box, w.generation, w.view, w.key, w.counts::bigint[]
  FROM unnest($1::integer[], $2::smallint[], $3::integer[], $4::text[], $5::text[], $6::text[]) AS w (election, box, generation, view, key, counts)
  ON CONFLICT (election, box, generation, view, key) DO UPDATE SET counts = EXCLUDED.counts`

const WRITE_PANES = `
  INSERT INTO window_tally (election, box, generation, unit, pane_start, size_ms, counts)
  SELECT w.election, w.box, w.generation, w.unit, to_timestamp(w.start_ms / 1000.0), w.size_ms, w.counts::bigint[]
  FROM unnest($1::integer[], $2::smallint[], $3::integer[], $4::text[], $5::bigint[], $6::integer[], $7::text[]) AS w (election, box, generation, unit, start_ms, size_ms, counts)
  ON CONFLICT (election, box, generation, unit, pane_start, size_ms) DO UPDATE SET counts = EXCLUDED.counts`

const ROWS_PER_STATEMENT = 5_000
const ROWS_OF_A_LARGE_FLUSH = 1_000

/** Writes the rows of several boxes, each as the count that it is now; the transaction is the caller's. */
export async function writeRows(client: pg.PoolClient, flushes: readonly BoxFlush[]): Promise<void> {
  const count = flushes.reduce((sum, flush) => sum + flush.rows.length, 0)
  // A backlog is written in large transactions, for many ballots then share a row. A frozen worker is still cut off after 5 s, by idle_in_transaction_session_timeout.
  if (count > ROWS_OF_A_LARGE_FLUSH) await allowLongTransaction(client, '30s')
  const rows = flushes.flatMap((flush) => flush.rows.map((row) => ({ ...row, election: flush.election, box: flush.box, generation: flush.generation })))
  const tallies = rows.filter((row) => row.view !== 'pane')
  const panes = rows.filter((row) => row.view === 'pane').map((row) => ({ ...row, parts: row.key.split('/') }))
  for (let at = 0; at < tallies.length; at += ROWS_PER_STATEMENT) {
    const slice = tallies.slice(at, at + ROWS_PER_STATEMENT)
    await client.query({ name: 'write_tally', text: WRITE_TALLY, values: [...owners(slice), textArray(slice.map((row) => row.view)), textArray(slice.map((row) => row.key)), countsArray(slice)] })
  }
  for (let at = 0; at < panes.length; at += ROWS_PER_STATEMENT) {
    const slice = panes.slice(at, at + ROWS_PER_STATEMENT)
    await client.query({
      name: 'write_panes', text: WRITE_PANES,
      values: [
        ...owners(slice), textArray(slice.map(({ parts }) => parts[0] ?? '')), plainArray(slice.map(({ parts }) => parts[1] ?? '')),
        plainArray(slice.map(({ parts }) => parts[2] ?? PANE_MS)), countsArray(slice),
      ],
    })
  }
}

function owners(rows: readonly (BoxId & { generation: number })[]): string[] {
  return [plainArray(rows.map((row) => row.election)), plainArray(rows.map((row) => row.box)), plainArray(rows.map((row) => row.generation))]
}

function countsArray(rows: readonly TallyRow[]): string {
  return `{${rows.map((row) => `"{${row.counts.join(',')}}"`).join(',')}}`
}
