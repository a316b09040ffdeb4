import type { ResultRow, ResultsStatus, ResultView, TallyRow, TallyView } from '../../election/index.js'
import type { Database } from '../database/database.js'
import { plainArray, textArray } from '../database/pg-arrays.js'
import { thinRevisions } from './revision-thinning.js'
import { TALLY_ROWS, tallyRowOf } from './stored-tally-rows.js'
import { allowLongTransaction } from '../database/transaction-time.js'

/** How far one box is contained in a revision. `sealedSeq` is where the box ends, once it is sealed. */
export interface VectorEntry { box: number, generation: number, nextSeq: number, sealedSeq: number | null }

/** One published revision: the records that changed, or all of them in a full one. Instants in ms since 1970. */
export interface Revision {
  election: number
  revision: number
  publishedAt: number
  status: ResultsStatus
  /** Event time of the newest ballot included. */
  asOf: number | null
  /** Windows that end at or before this instant are final. */
  finalUntil: number | null
  isFull: boolean
  vector: VectorEntry[]
  rows: ResultRow[]
}

export interface PublisherClaim { election: number, epoch: number, lastRevision: number, producedRevision: number }

/** One box with all of its rows. */
export interface BoxTally extends BoxState { rows: TallyRow[] }

/** How far one box is tallied. `chain` is the digest of what is (64 hex digits, empty before the first entry): a restored database gives a number twice, and never a digest. `newestAt` is the event time of its newest ballot, ms; null before the first. `views` names the breakdowns it counts. */
export interface BoxState { box: number, generation: number, nextSeq: number, sealedSeq: number | null, chain: string, newestAt: number | null, views: readonly string[] }

/** No ballot at or after `nextSeq` of this box was or will be cast before `floor` (ms). */
export interface BoxFloor { box: number, nextSeq: number, sealedSeq: number | null, floor: number }

export interface RevisionStore {
  claim(election: number, owner: string): Promise<PublisherClaim>
  /** Claims it unless somebody has since that `epoch`; then undefined. */
  takeOver(election: number, owner: string, epoch: number): Promise<PublisherClaim | undefined>
  /** Hands on positions and tallies of an election, box by box, all of one REPEATABLE READ snapshot; of one box only, if it is named. */
  readBoxes(election: number, onBox: (box: BoxTally) => void, only?: number): Promise<void>
  /**
   * Commits the next revision under the publisher's epoch: **published** means this returned true. False: somebody else publishes
   * now, or the newest revision that the database holds is not `after` (the one before, unless it is said): it was restored from a backup.
   */
  commit(claim: PublisherClaim, revision: Revision, after?: number): Promise<boolean>
  noteProduced(claim: PublisherClaim, revision: number): Promise<void>
  /** Of the revisions published before an instant (ms) keeps the last of each minute; see `thinRevisions`. Returns how many went. */
  thin(claim: PublisherClaim, before: number): Promise<number>
  /** Positions of every box of an election, without its rows. */
  positions(election: number): Promise<BoxState[]>
  /** Raises the floors of the open boxes to now, by the database's clock. */
  floors(election: number): Promise<BoxFloor[]>
  /** Whether a recount is among the corrections of a box with `seq` < `before`. */
  hasRecount(election: number, box: number, before: number): Promise<boolean>
  /** The newest revision's number; 0 if there is none yet. */
  latest(election: number): Promise<number>
  /** Numbers and instants of the newest revision and of those of `revisions` that are kept, in ascending order. Of two restored databases' revisions with one number the instants differ. */
  marks(election: number, revisions: readonly number[]): Promise<{ revision: number, publishedAt: number }[]>
  read(election: number, fromExclusive: number, limit: number): Promise<Revision[]>
  /** The newest full revision at or before `upTo`, and what follows it up to there. */
  readFromFull(election: number, upTo?: number): Promise<Revision[]>
  find(election: number, at: { revision?: number, time?: Date }): Promise<number | undefined>
  /** The first kept revision that contains an entry. */
  firstHolding(election: number, box: number, seq: number): Promise<{ revision: number, publishedAt: Date } | undefined>
  /** The first kept revision in which the choices of a cell's entry are released; `cell` is `box/cell/channel`. */
  firstReleasing(election: number, cell: string, seq: number): Promise<{ revision: number, publishedAt: Date } | undefined>
}

/** The numbered results of every election. */
export function createRevisionStore({ pool }: Database): RevisionStore {
  const positions: RevisionStore['positions'] = async (election) => (await pool.query<PositionRow>(POSITIONS, [election])).rows.map(positionOf)
  return {
    async claim(election, owner) {
      const { rows: [row] } = await pool.query<ClaimRow>(`
        INSERT INTO publisher_position AS p (election, epoch, owner) VALUES ($1, 1, $2) ON CONFLICT (election) DO UPDATE SET epoch = p.epoch + 1, owner = excluded.owner
        RETURNING ${CLAIM}`, [election, owner])
      if (row === undefined) throw new Error(`Claiming the publishing of election ${election} gave no row.`)
      return claimOf(row)
    },
    async takeOver(election, owner, epoch) {
      const { rows: [row] } = await pool.query<ClaimRow>(`UPDATE publisher_position SET epoch = epoch + 1, owner = $2 WHERE election = $1 AND epoch = $3 RETURNING ${CLAIM}`, [election, owner, epoch])
      return row && claimOf(row)
    },
    async readBoxes(election, onBox, only) {
      const client = await pool.connect()
      try {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
        // It holds no lock that anybody waits for, and a large election takes its time.
        await allowLongTransaction(client, '120s')
        const found = (await client.query<PositionRow>(POSITIONS, [election])).rows.map(positionOf)
        for (const state of found.filter(({ box }) => only === undefined || box === only)) {
          const { rows } = await client.query<{ view: TallyView, key: string, counts: string[] }>(BOX_ROWS, [election, state.box])
          onBox({ ...state, rows: rows.map(tallyRowOf) })
        }
        await client.query('COMMIT')
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined)
        throw error
      } finally {
        client.release()
      }
    },
    async commit(claim, revision, after = revision.revision - 1) {
      const { rowCount } = await pool.query({ name: 'commit_revision', text: COMMIT, values: [
        claim.election, claim.epoch, revision.revision, JSON.stringify(revision.vector), revision.status, new Date(revision.publishedAt),
        dateOf(revision.asOf), dateOf(revision.finalUntil), revision.isFull, encodeRows(revision.rows), after, ...releasesIn(revision.rows),
      ] })
      return rowCount === 1
    },
    async noteProduced(claim, revision) {
      await pool.query('UPDATE publisher_position SET produced_revision = greatest(produced_revision, $3) WHERE election = $1 AND epoch = $2', [claim.election, claim.epoch, revision])
    },
    thin: (claim, before) => thinRevisions(pool, claim, before),
    positions,
    async floors(election) {
      const { rows } = await pool.query<{ box: number, next_seq: string, sealed_seq: string | null, floor: Date }>('SELECT * FROM box_floors($1)', [election])
      return rows.map((row) => ({ box: row.box, nextSeq: Number(row.next_seq), sealedSeq: row.sealed_seq === null ? null : Number(row.sealed_seq), floor: row.floor.getTime() }))
    },
    async hasRecount(election, box, before) {
      const { rows } = await pool.query(`SELECT FROM box_entry b WHERE b.election = $1 AND b.box = $2 AND b.seq < $3 AND b.correction ->> 'type' = 'RECOUNT' LIMIT 1`, [election, box, before])
      return rows.length > 0
    },
    async latest(election) {
      const { rows } = await pool.query<{ revision: number }>('SELECT coalesce(max(revision), 0) AS revision FROM result_revision WHERE election = $1', [election])
      return rows[0]?.revision ?? 0
    },
    async marks(election, revisions) {
      const { rows } = await pool.query<{ revision: number, published_at: Date }>(`
        SELECT revision, published_at FROM result_revision
        WHERE election = $1 AND (revision = ANY ($2::integer[]) OR revision = (SELECT max(revision) FROM result_revision WHERE election = $1)) ORDER BY revision`, [election, plainArray(revisions)])
      return rows.map((row) => ({ revision: row.revision, publishedAt: row.published_at.getTime() }))
    },
    async read(election, fromExclusive, limit) {
      const { rows } = await pool.query<RevisionRow>(`${SELECT_REVISION} WHERE election = $1 AND revision > $2 ORDER BY revision LIMIT $3`, [election, fromExclusive, limit])
      return rows.map(revisionOf)
    },
    async readFromFull(election, upTo) {
      const { rows } = await pool.query<RevisionRow>(FROM_FULL, [election, upTo ?? null])
      return rows.map(revisionOf)
    },
    async find(election, at) {
      const { rows } = await pool.query<{ revision: number }>(`
        SELECT revision FROM result_revision WHERE election = $1 AND ($2::integer IS NULL OR revision = $2) AND ($3::timestamptz IS NULL OR published_at <= $3)
        ORDER BY revision DESC LIMIT 1`, [election, at.revision ?? null, at.time ?? null])
      return rows[0]?.revision
    },
    async firstHolding(election, box, seq) {
      const { rows } = await pool.query<{ revision: number, published_at: Date }>(FIRST_HOLDING, [election, box, seq])
      return rows[0] && { revision: rows[0].revision, publishedAt: rows[0].published_at }
    },
    async firstReleasing(election, cell, seq) {
      const { rows: [row] } = await pool.query<{ revision: number, published_at: Date }>(FIRST_RELEASING, [election, cell, seq])
      return row && { revision: row.revision, publishedAt: row.published_at }
    },
  }
}

const FIRST_RELEASING = `
  SELECT r.revision, r.published_at FROM result_revision r WHERE r.election = $1 AND r.revision >= (
    SELECT c.revision FROM choice_release c WHERE c.election = $1 AND c.cell = $2 AND c.seq > $3 ORDER BY c.seq LIMIT 1
  ) ORDER BY r.revision LIMIT 1`

interface ClaimRow { election: number, epoch: string, last_revision: number, produced_revision: number }
interface PositionRow { box: number, generation: number, next_seq: string, sealed_seq: string | null, chain: string, newest_ms: string | null, views: string[] }
interface RevisionRow {
  election: number, revision: number, published_at: Date, status: ResultsStatus, as_of: Date | null, final_until: Date | null
  is_full: boolean, vector: VectorEntry[], changes: [ResultView, string, number[]][]
}

const CLAIM = 'election, epoch, last_revision, produced_revision'

const POSITIONS = `
  SELECT b.box, coalesce(p.generation, 1) AS generation, coalesce(p.next_seq, 0) AS next_seq, b.sealed_seq, coalesce(encode(p.chain, 'hex'), '') AS chain, p.newest_ms, coalesce(p.views, '[]') AS views FROM ballot_box b
  LEFT JOIN box_position p ON p.election = b.election AND p.box = b.box WHERE b.election = $1 ORDER BY b.box`

const BOX_ROWS = `
  SELECT r.view, r.key, r.counts FROM (${TALLY_ROWS}) r
  JOIN box_position p ON p.election = r.election AND p.box = r.box AND p.generation = r.generation
  WHERE r.election = $1 AND r.box = $2`

const COMMIT = `
  WITH mine AS (
    UPDATE publisher_position SET last_revision = $3 WHERE election = $1 AND epoch = $2 AND last_revision = $11 RETURNING election
  ), released AS (
    INSERT INTO choice_release (election, cell, seq, revision)
    SELECT m.election, r.cell, r.seq, $3 FROM mine m CROSS JOIN unnest($12::text[], $13::bigint[]) AS r (cell, seq)
    ON CONFLICT DO NOTHING
  )
  INSERT INTO result_revision (election, revision, vector, status, published_at, as_of, final_until, is_full, changes)
  SELECT election, $3, $4::json, $5, $6, $7, $8, $9, $10::json FROM mine`

const SELECT_REVISION = 'SELECT election, revision, published_at, status, as_of, final_until, is_full, vector, changes FROM result_revision'

const FROM_FULL = `
  ${SELECT_REVISION} WHERE election = $1 AND ($2::integer IS NULL OR revision <= $2) AND revision >= (
    SELECT max(revision) FROM result_revision WHERE election = $1 AND is_full AND ($2::integer IS NULL OR revision <= $2)
  ) ORDER BY revision`

/* Vectors only grow, so the kept revisions can be halved again and again instead of being read one by one. */
const FIRST_HOLDING = `
  WITH RECURSIVE search AS (
    SELECT coalesce(min(revision), 1) AS low, coalesce(max(revision), 0) + 1 AS high FROM result_revision WHERE election = $1
    UNION ALL
    SELECT CASE WHEN probe.holds THEN s.low ELSE probe.revision + 1 END, CASE WHEN probe.holds THEN probe.revision ELSE s.high END
    FROM search s CROSS JOIN LATERAL (
      SELECT r.revision, coalesce((SELECT (v ->> 'nextSeq')::bigint > $3 FROM json_array_elements(r.vector) v WHERE (v ->> 'box')::integer = $2), false) AS holds
      FROM result_revision r WHERE r.election = $1 AND r.revision >= (s.low + s.high) / 2 ORDER BY r.revision LIMIT 1
    ) probe
    WHERE s.low < s.high AND probe.revision < s.high
  )
  SELECT r.revision, r.published_at FROM result_revision r
  WHERE r.election = $1 AND r.revision >= (SELECT max(low) FROM search)
    AND EXISTS (SELECT 1 FROM json_array_elements(r.vector) v WHERE (v ->> 'box')::integer = $2 AND (v ->> 'nextSeq')::bigint > $3)
  ORDER BY r.revision LIMIT 1`

function claimOf(row: ClaimRow): PublisherClaim {
  return { election: row.election, epoch: Number(row.epoch), lastRevision: row.last_revision, producedRevision: row.produced_revision }
}

function positionOf(row: PositionRow): BoxState {
  return {
    box: row.box, generation: row.generation, nextSeq: Number(row.next_seq), sealedSeq: row.sealed_seq === null ? null : Number(row.sealed_seq),
    chain: row.chain, newestAt: row.newest_ms === null ? null : Number(row.newest_ms), views: row.views,
  }
}

function revisionOf(row: RevisionRow): Revision {
  return {
    election: row.election, revision: row.revision, publishedAt: row.published_at.getTime(), status: row.status,
    asOf: row.as_of?.getTime() ?? null, finalUntil: row.final_until?.getTime() ?? null, isFull: row.is_full, vector: row.vector,
    rows: row.changes.map(([view, key, counts]) => ({ view, key, counts })),
  }
}

function encodeRows(rows: readonly ResultRow[]): string {
  return JSON.stringify(rows.map(({ view, key, counts }) => [view, key, counts]))
}

/** Cells whose frontier the revision tells, and where it is. */
function releasesIn(rows: readonly ResultRow[]): [cells: string, seqs: string] {
  const frontiers = rows.filter(({ view }) => view === 'frontier')
  return [textArray(frontiers.map(({ key }) => key)), plainArray(frontiers.map(({ counts }) => counts[0] ?? 0))]
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}
