import type pg from 'pg'
import { PANE_MS, type RolledPanes, type TallyRow, type TallyView } from '../election/index.js'
import type { Database } from './database.js'
import { plainArray, textArray } from './pg-arrays.js'
import { allowLongTransaction } from './transaction-time.js'

export interface BoxId { election: number, box: number }

/** What a generation of a box counts: the names of its breakdowns (joined by `,`), and how its old panes are rolled up. */
export interface CountedViews { views: readonly string[], rolled: RolledPanes }

/** How far a box is tallied, as its owner claimed it. `chain` is 64 hex digits, or empty before the first entry. */
export interface BoxClaim extends BoxId, CountedViews { generation: number, nextSeq: number, chain: string, epoch: number, newestAt: number }

/** What one flush writes for one box: absolute counts, and the position it moves from and to. */
export interface BoxFlush extends BoxId {
  epoch: number
  generation: number
  fromSeq: number
  toSeq: number
  chain: string
  /** Event time of the newest ballot, ms; −∞ before the first. */
  newestAt: number
  rows: readonly TallyRow[]
  /** Names of the breakdowns that its generation counts. */
  views: readonly string[]
}

/** Why the database did not move a box: somebody else owns it now, or its ledger is not the one that was folded. */
export type FlushRefusal = 'NOT_MINE' | 'OTHER_LEDGER'

/** A box that may have to be counted anew: somebody asked for it, or its election's definition was edited. */
export interface OutdatedBox extends BoxId { isWanted: boolean, definitionVersion: number }

export interface BoxLag extends BoxId { nextSeq: number, head: number }

export interface TallyStore {
  /** Raises the epoch of a box and so fences off every earlier owner. A box that counted nothing yet counts `views` from now on. */
  claim(id: BoxId, views: readonly string[]): Promise<BoxClaim>
  /** The rows of a claimed box, of panes only those that end after `panesFrom` (ms). A statement of its own, after the claim: an earlier owner can no longer change them. */
  load(claim: BoxClaim, panesFrom: number): Promise<TallyRow[]>
  /** Moves the boxes and writes their rows, all in one transaction; refused boxes change nothing. */
  flush(flushes: readonly BoxFlush[]): Promise<{ refused: (BoxId & { reason: FlushRefusal })[] }>
  /** Writes rows of a next generation beside the one that counts; with `isFirst`, remains of earlier attempts go first. False if the box is not ours any more. */
  writeBeside(claim: BoxClaim, next: BoxFlush, isFirst: boolean): Promise<boolean>
  /** Writes the last rows of the next generation and switches to it, in one transaction. False if the box is not ours any more. */
  replace(claim: BoxClaim, next: BoxFlush & CountedViews): Promise<boolean>
  outdated(): Promise<OutdatedBox[]>
  /** The box counts all that this version of its definition asks for. */
  noteDefinition(id: BoxId, definitionVersion: number): Promise<void>
  /** Boxes with database time that still hold a pane of 10 s that began before an instant (ms). */
  rollable(before: number): Promise<BoxId[]>
  /** Asks for every box of an election to be counted anew. Returns how many there are. */
  wantRebuild(election: number): Promise<number>
  /** Boxes whose position is not their ledger's head. */
  lagging(): Promise<BoxLag[]>
}

/** Tallies and the positions they stand at. The worker role writes them; nobody else does. */
export function createTallyStore({ pool }: Database): TallyStore {
  return {
    async claim({ election, box }, views) {
      const { rows } = await pool.query<ClaimRow>(CLAIM, [election, box, JSON.stringify(views)])
      const row = rows[0]
      if (row === undefined) throw new Error(`Claiming box ${box} of election ${election} gave no row.`)
      return {
        election, box, generation: row.generation, nextSeq: Number(row.next_seq), chain: row.chain, epoch: Number(row.epoch),
        newestAt: instantOf(row.newest_ms), views: row.views,
        rolled: { minutesBefore: instantOf(row.minutes_before_ms), hoursBefore: instantOf(row.hours_before_ms) },
      }
    },
    async load({ election, box, generation }, panesFrom) {
      const { rows } = await pool.query<TallyRowRow>(LOAD, [election, box, generation, Number.isFinite(panesFrom) ? panesFrom : null])
      return rows.map(tallyRowOf)
    },
    flush: (flushes) => flush(pool, flushes),
    async writeBeside(claim, next, isFirst) {
      const { commit } = await inTransaction(pool, async (client) => {
        const { rowCount } = await client.query(STILL_MINE, [claim.election, claim.box, claim.epoch, claim.generation])
        if (rowCount !== 1) return { commit: false }
        if (isFirst) for (const table of TALLY_TABLES) await client.query(`DELETE FROM ${table} WHERE election = $1 AND box = $2 AND generation <> $3`, [claim.election, claim.box, claim.generation])
        await writeRows(client, [next])
        return { commit: true }
      })
      return commit
    },
    async replace(claim, next) {
      const { commit } = await inTransaction(pool, async (client) => {
        const { minutesBefore, hoursBefore } = next.rolled
        const { rowCount } = await client.query(SWITCH, [
          claim.election, claim.box, claim.epoch, claim.generation, next.generation, next.toSeq, next.chain, finiteOf(next.newestAt),
          JSON.stringify(next.views), finiteOf(minutesBefore), finiteOf(hoursBefore),
        ])
        if (rowCount !== 1) return { commit: false }
        // Only the generation that was published last is kept beside the new one.
        for (const table of TALLY_TABLES) await client.query(`DELETE FROM ${table} WHERE election = $1 AND box = $2 AND generation NOT IN ($3, $4)`, [claim.election, claim.box, claim.generation, next.generation])
        await writeRows(client, [next])
        return { commit: true }
      })
      return commit
    },
    async outdated() {
      const { rows } = await pool.query<{ election: number, box: number, is_wanted: boolean, definition_version: number }>({ name: 'outdated_boxes', text: OUTDATED })
      return rows.map((row) => ({ election: row.election, box: row.box, isWanted: row.is_wanted, definitionVersion: row.definition_version }))
    },
    async noteDefinition({ election, box }, definitionVersion) {
      await pool.query('UPDATE box_position SET definition_version = $3 WHERE election = $1 AND box = $2', [election, box, definitionVersion])
    },
    async rollable(before) {
      const { rows } = await pool.query<BoxId>(ROLLABLE, [before])
      return rows
    },
    async wantRebuild(election) {
      const { rowCount } = await pool.query('UPDATE box_position SET wanted_generation = generation + 1 WHERE election = $1', [election])
      return rowCount ?? 0
    },
    async lagging() {
      const { rows } = await pool.query<{ election: number, box: number, next_seq: string, head: string }>({ name: 'lagging_boxes', text: LAGGING })
      return rows.map((row) => ({ election: row.election, box: row.box, nextSeq: Number(row.next_seq), head: Number(row.head) }))
    },
  }
}

/** One box with another ledger must not hold up its neighbours: the rest is flushed without it. */
async function flush(pool: pg.Pool, flushes: readonly BoxFlush[]): Promise<{ refused: (BoxId & { reason: FlushRefusal })[] }> {
  if (flushes.length === 0) return { refused: [] }
  const { moved, wrong } = await inTransaction(pool, async (client) => {
    const found = new Map((await client.query<BoxId & { is_same_ledger: boolean }>({ name: 'move_boxes', text: MOVE, values: positions(flushes) })).rows.map((row) => [idOf(row), row.is_same_ledger]))
    const movedIds = new Set(found.keys())
    const accepted = flushes.filter((one) => movedIds.has(idOf(one)))
    const other = accepted.filter((one) => found.get(idOf(one)) !== true)
    if (other.length === 0) await writeRows(client, accepted)
    return { commit: other.length === 0, moved: movedIds, wrong: other }
  })
  const refusal = (reason: FlushRefusal) => ({ election, box }: BoxId) => ({ election, box, reason })
  if (wrong.length === 0) return { refused: flushes.filter((one) => !moved.has(idOf(one))).map(refusal('NOT_MINE')) }
  const rest = await flush(pool, flushes.filter((one) => !wrong.includes(one)))
  return { refused: [...wrong.map(refusal('OTHER_LEDGER')), ...rest.refused] }
}

/** Commits only if the work says so; any error rolls back. */
async function inTransaction<Result extends { commit: boolean }>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query(result.commit ? 'COMMIT' : 'ROLLBACK')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

interface ClaimRow {
  generation: number, next_seq: string, chain: string, epoch: string, newest_ms: string | null
  views: string[], minutes_before_ms: string | null, hours_before_ms: string | null
}
interface TallyRowRow { view: TallyView, key: string, counts: string[] }

const CLAIM = `
  INSERT INTO box_position AS p (election, box, epoch, views) VALUES ($1, $2, 1, $3)
  ON CONFLICT (election, box) DO UPDATE SET epoch = p.epoch + 1, views = CASE WHEN p.next_seq = 0 THEN EXCLUDED.views ELSE p.views END
  RETURNING generation, next_seq, encode(chain, 'hex') AS chain, epoch, newest_ms, views, minutes_before_ms, hours_before_ms`

const PANE_ROWS = `
  SELECT election, box, generation, 'pane' AS view, unit || '/' || (extract(epoch FROM pane_start) * 1000)::bigint || CASE WHEN size_ms = ${PANE_MS} THEN '' ELSE '/' || size_ms END AS key, counts, pane_start, size_ms FROM window_tally`

/** Both tables as rows of one shape; see `TALLY_VIEWS`. Exported for the publisher, which reads the same rows in its snapshot. */
export const TALLY_ROWS = `
  SELECT election, box, generation, view, key, counts FROM tally
  UNION ALL
  SELECT election, box, generation, view, key, counts FROM (${PANE_ROWS}) p`

const LOAD = `
  SELECT view, key, counts FROM tally WHERE election = $1 AND box = $2 AND generation = $3
  UNION ALL
  SELECT view, key, counts FROM (${PANE_ROWS}) r WHERE election = $1 AND box = $2 AND generation = $3
    AND ($4::bigint IS NULL OR pane_start + size_ms * interval '1 millisecond' > to_timestamp($4 / 1000.0))`

const STILL_MINE = 'SELECT 1 FROM box_position WHERE election = $1 AND box = $2 AND epoch = $3 AND generation = $4 FOR SHARE'

/* Not only an older one: a database that was restored from a backup may hold a definition of before. */
const OUTDATED = `
  SELECT p.election, p.box, p.wanted_generation > p.generation AS is_wanted, e.definition_version FROM box_position p
  JOIN election e ON e.key = p.election
  WHERE p.wanted_generation > p.generation OR p.definition_version <> e.definition_version`

const ROLLABLE = `
  SELECT DISTINCT w.election, w.box FROM window_tally w
  JOIN box_position p ON p.election = w.election AND p.box = w.box AND p.generation = w.generation
  JOIN election e ON e.key = w.election
  WHERE e.time_source = 'DATABASE' AND w.size_ms = ${PANE_MS} AND w.pane_start < to_timestamp($1::bigint / 1000.0)`

const TALLY_TABLES = ['tally', 'window_tally']

/*
 * The fence, and of every box that it let through whether the ledger's entry carries our digest. One statement: its snapshot
 * may be older than the lock it waits for, but entries never change, and those that were folded were committed before.
 */
const MOVE = `
  WITH moved AS (
    UPDATE box_position p SET next_seq = w.to_seq, chain = decode(w.chain, 'hex'), newest_ms = w.newestAt
    FROM unnest($1::integer[], $2::smallint[], $3::bigint[], $4::integer[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[])
      AS w (election, box, epoch, generation, from_seq, to_seq, chain, newestAt)
    WHERE p.election = w.election AND p.box = w.box AND p.epoch = w.epoch AND p.generation = w.generation AND p.next_seq = w.from_seq
    RETURNING p.election, p.box, p.next_seq, p.chain
  )
  SELECT m.election, m.box, EXISTS (
    SELECT FROM box_entry e WHERE e.election = m.election AND e.box = m.box AND e.seq = m.next_seq - 1 AND e.chain = m.chain
  ) AS is_same_ledger FROM moved m`

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

const SWITCH = `
  UPDATE box_position SET generation = $5, next_seq = $6, chain = decode($7, 'hex'), newest_ms = $8, views = $9, minutes_before_ms = $10, hours_before_ms = $11,
    wanted_generation = greatest(wanted_generation, $5)
  WHERE election = $1 AND box = $2 AND epoch = $3 AND generation = $4`

const LAGGING = `
  SELECT b.election, b.box, coalesce(p.next_seq, 0) AS next_seq, b.next_seq AS head FROM ballot_box b
  LEFT JOIN box_position p ON p.election = b.election AND p.box = b.box
  WHERE b.next_seq <> coalesce(p.next_seq, 0)`

const ROWS_PER_STATEMENT = 5_000
const ROWS_OF_A_LARGE_FLUSH = 1_000

async function writeRows(client: pg.PoolClient, flushes: readonly BoxFlush[]): Promise<void> {
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

function positions(flushes: readonly BoxFlush[]): string[] {
  return [
    plainArray(flushes.map((flush) => flush.election)), plainArray(flushes.map((flush) => flush.box)), plainArray(flushes.map((flush) => flush.epoch)),
    plainArray(flushes.map((flush) => flush.generation)), plainArray(flushes.map((flush) => flush.fromSeq)), plainArray(flushes.map((flush) => flush.toSeq)),
    plainArray(flushes.map((flush) => flush.chain)), plainArray(flushes.map((flush) => Number.isFinite(flush.newestAt) ? flush.newestAt : 'NULL')),
  ]
}

/** A row as the driver gives it: bigint[] comes as text. */
export function tallyRowOf({ view, key, counts }: TallyRowRow): TallyRow {
  return { view, key, counts: counts.map(Number) }
}

const idOf = ({ election, box }: BoxId): string => `${election}/${box}`

function instantOf(ms: string | null): number {
  return ms === null ? Number.NEGATIVE_INFINITY : Number(ms)
}

function finiteOf(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null
}
