import type { RolledPanes, TallyRow } from '../../election/index.js'
import type { Database } from '../database/database.js'
import { flush } from './box-flush.js'
import { createGenerationStore } from './generation-store.js'
import { PANE_ROWS, tallyRowOf, type TallyRowRow } from './stored-tally-rows.js'

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

/** What a box becomes, without its rows: they are there. */
export type NextGeneration = CountedViews & Pick<BoxFlush, 'generation' | 'toSeq' | 'chain' | 'newestAt'>

/** Why the database did not move a box: somebody else owns it now, or its ledger is not the one that was folded. */
export type FlushRefusal = 'NOT_MINE' | 'OTHER_LEDGER'

/** A box that may have to be counted anew: somebody asked for it, or its election's definition was edited. */
export interface OutdatedBox extends BoxId { isWanted: boolean }

/** From which age on (ms) panes of 10 s, and those of a minute, are too old for their size. */
export interface PaneAges { tenSecondsMs: number, minutesMs: number }

export interface BoxLag extends BoxId { nextSeq: number, head: number }

export interface TallyStore {
  /** Raises the epoch of a box and so fences off every earlier owner. A box that counted nothing yet counts `views` from now on. */
  claim(id: BoxId, views: readonly string[]): Promise<BoxClaim>
  /** The rows of a claimed box, of panes only those that end after `panesFrom` (ms). A statement of its own, after the claim: an earlier owner can no longer change them. */
  load(claim: BoxClaim, panesFrom: number): Promise<TallyRow[]>
  /** Moves the boxes and writes their rows, all in one transaction; refused boxes change nothing. */
  flush(flushes: readonly BoxFlush[]): Promise<{ refused: (BoxId & { reason: FlushRefusal })[] }>
  /**
   * Writes rows of a next generation beside the one that counts; with `isFirst`, remains of earlier attempts go first. False if the
   * box is not ours any more, or the database does not hold what was written beside before: it was restored.
   */
  writeBeside(claim: BoxClaim, next: BoxFlush, isFirst: boolean): Promise<boolean>
  /** Switches to the next generation, which is written beside up to this position. False if the box is not ours any more, or that is not what the database holds. */
  replace(claim: BoxClaim, next: NextGeneration): Promise<boolean>
  outdated(): Promise<OutdatedBox[]>
  /** The box counts all that this definition asks for. False if the database holds another count of the box than the one that is meant: it was restored. */
  noteDefinition(counted: Pick<BoxClaim, 'election' | 'box' | 'generation' | 'views'>, definitionId: string): Promise<boolean>
  /** Boxes that hold panes too old for their size. A pane's age is that of the whole hour it lies in, counted from now (ms); with imported time from the box's newest entry. */
  rollable(now: number, ages: PaneAges): Promise<BoxId[]>
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
    ...createGenerationStore(pool),
    async lagging() {
      const { rows } = await pool.query<{ election: number, box: number, next_seq: string, head: string }>({ name: 'lagging_boxes', text: LAGGING })
      return rows.map((row) => ({ election: row.election, box: row.box, nextSeq: Number(row.next_seq), head: Number(row.head) }))
    },
  }
}

interface ClaimRow {
  generation: number, next_seq: string, chain: string, epoch: string, newest_ms: string | null
  views: string[], minutes_before_ms: string | null, hours_before_ms: string | null
}

const CLAIM = `
  INSERT INTO box_position AS p (election, box, epoch, views) VALUES ($1, $2, 1, $3)
  ON CONFLICT (election, box) DO UPDATE SET epoch = p.epoch + 1, views = CASE WHEN p.next_seq = 0 THEN EXCLUDED.views ELSE p.views END
  RETURNING generation, next_seq, encode(chain, 'hex') AS chain, epoch, newest_ms, views, minutes_before_ms, hours_before_ms`

const LOAD = `
  SELECT view, key, counts FROM tally WHERE election = $1 AND box = $2 AND generation = $3
  UNION ALL
  SELECT view, key, counts FROM (${PANE_ROWS}) r WHERE election = $1 AND box = $2 AND generation = $3
    AND ($4::bigint IS NULL OR pane_start + size_ms * interval '1 millisecond' > to_timestamp($4 / 1000.0))`

const LAGGING = `
  SELECT b.election, b.box, coalesce(p.next_seq, 0) AS next_seq, b.next_seq AS head FROM ballot_box b
  LEFT JOIN box_position p ON p.election = b.election AND p.box = b.box
  WHERE b.next_seq <> coalesce(p.next_seq, 0) ORDER BY b.election, b.box`

function instantOf(ms: string | null): number {
  return ms === null ? Number.NEGATIVE_INFINITY : Number(ms)
}

