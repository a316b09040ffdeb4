import type pg from 'pg'
import { MINUTE_PANE_MS, PANE_MS } from '../../election/index.js'
import { inTransaction } from '../database/in-transaction.js'
import { writeRows } from './stored-tally-rows.js'
import type { BoxId, TallyStore } from './tally-store.js'

/** Counts of boxes that are made anew beside those that are served. */
export function createGenerationStore(pool: pg.Pool): Pick<TallyStore, 'writeBeside' | 'replace' | 'outdated' | 'noteDefinition' | 'rollable' | 'wantRebuild'> {
  return {
    async writeBeside(claim, next, isFirst) {
      const { commit } = await inTransaction(pool, async (client) => {
        const { rowCount } = await client.query(GO_ON_BESIDE, [claim.election, claim.box, claim.epoch, claim.generation, next.generation, isFirst ? null : next.fromSeq, next.toSeq, next.chain])
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
        return { commit: true }
      })
      return commit
    },
    async outdated() {
      const { rows } = await pool.query<{ election: number, box: number, is_wanted: boolean }>({ name: 'outdated_boxes', text: OUTDATED })
      return rows.map(({ election, box, is_wanted: isWanted }) => ({ election, box, isWanted }))
    },
    async noteDefinition({ election, box, generation, views }, definitionId) {
      const { rowCount } = await pool.query(NOTE_DEFINITION, [election, box, generation, JSON.stringify(views), definitionId])
      return rowCount === 1
    },
    async rollable(now, { tenSecondsMs, minutesMs }) {
      const { rows } = await pool.query<BoxId>(ROLLABLE, [now, tenSecondsMs, minutesMs])
      return rows
    },
    async wantRebuild(election) {
      const { rowCount } = await pool.query('UPDATE box_position SET wanted_generation = generation + 1 WHERE election = $1', [election])
      return rowCount ?? 0
    },
  }
}

const GO_ON_BESIDE = `
  UPDATE box_position SET beside_generation = $5, beside_seq = $7, beside_chain = decode($8, 'hex')
  WHERE election = $1 AND box = $2 AND epoch = $3 AND generation = $4 AND ($6::bigint IS NULL OR (beside_generation = $5 AND beside_seq = $6))`

const OUTDATED = `
  SELECT p.election, p.box, p.wanted_generation > p.generation AS is_wanted FROM box_position p
  JOIN election e ON e.key = p.election
  WHERE p.wanted_generation > p.generation OR p.definition_id IS DISTINCT FROM e.definition_id`

const NOTE_DEFINITION = `
  UPDATE box_position SET definition_id = $5 WHERE election = $1 AND box = $2 AND generation = $3 AND views::jsonb = $4::jsonb`

const ROLLABLE = `
  WITH counted AS (
    SELECT p.election, p.box, p.generation, CASE e.time_source WHEN 'IMPORTED' THEN p.newest_ms ELSE $1::bigint END AS now_ms
    FROM box_position p JOIN election e ON e.key = p.election
  )
  SELECT DISTINCT w.election, w.box FROM window_tally w JOIN counted c ON c.election = w.election AND c.box = w.box AND c.generation = w.generation
  WHERE w.pane_start < date_bin('1 hour', to_timestamp((c.now_ms - CASE w.size_ms WHEN ${PANE_MS} THEN $2::bigint WHEN ${MINUTE_PANE_MS} THEN $3::bigint END) / 1000.0), 'epoch')`

const SWITCH = `
  UPDATE box_position SET generation = $5, next_seq = $6, chain = decode($7, 'hex'), newest_ms = $8, views = $9, minutes_before_ms = $10, hours_before_ms = $11,
    wanted_generation = greatest(wanted_generation, $5)
  WHERE election = $1 AND box = $2 AND epoch = $3 AND generation = $4 AND beside_generation = $5 AND beside_seq = $6 AND beside_chain = decode($7, 'hex')`

const TALLY_TABLES = ['tally', 'window_tally']

function finiteOf(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null
}
