import type pg from 'pg'
import { inTransaction } from '../database/in-transaction.js'
import { plainArray, textArray } from '../database/pg-arrays.js'
import { writeRows } from './stored-tally-rows.js'
import type { BoxFlush, BoxId, FlushRefusal } from './tally-store.js'

/** One box with another ledger must not hold up its neighbours: the rest is flushed without it. */
export async function flush(pool: pg.Pool, flushes: readonly BoxFlush[]): Promise<{ refused: (BoxId & { reason: FlushRefusal })[] }> {
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

/*
 * The fence, and of every box that it let through whether the ledger's entry carries our digest; where its mark was lost, and
 * entries were counted as they are, the last one before it. One statement: its snapshot
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
    SELECT FROM box_entry e WHERE e.election = m.election AND e.box = m.box AND e.seq = m.next_seq - 1 AND m.chain = coalesce(e.chain, (
      SELECT b.chain FROM box_entry b WHERE b.election = m.election AND b.box = m.box AND b.seq < m.next_seq - 1 AND b.chain IS NOT NULL ORDER BY b.seq DESC LIMIT 1
    ), '')
  ) AS is_same_ledger FROM moved m`

function positions(flushes: readonly BoxFlush[]): string[] {
  return [
    plainArray(flushes.map((flush) => flush.election)), plainArray(flushes.map((flush) => flush.box)), plainArray(flushes.map((flush) => flush.epoch)),
    plainArray(flushes.map((flush) => flush.generation)), plainArray(flushes.map((flush) => flush.fromSeq)), plainArray(flushes.map((flush) => flush.toSeq)),
    textArray(flushes.map((flush) => flush.chain)), plainArray(flushes.map((flush) => Number.isFinite(flush.newestAt) ? flush.newestAt : 'NULL')),
  ]
}

const idOf = ({ election, box }: BoxId): string => `${election}/${box}`
