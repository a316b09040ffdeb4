import { createHash } from 'node:crypto'
import { digestAfter } from './digest.js'
import type { Postgres } from './postgres.js'
import { idsOf, type ElectionRow } from './tables.js'

const PANE_MS = 10_000

/** As `append_ticks`: says the newest event time of all boxes to those that took no ballot for so long, where it closes a pane. */
export function appendTicks(postgres: Postgres, { key, phase, structure }: ElectionRow, idleMs: number): number {
  const { source, disorderMs, graceMs } = structure.definition.time
  if (source !== 'IMPORTED' || (phase !== 'OPEN' && phase !== 'PAUSED')) return 0
  const boxes = [...postgres.tables.boxes].filter(([id]) => idsOf(id).election === key && idsOf(id).box < structure.correctionsBox)
  const floor = Math.max(...boxes.map(([, { newestAt }]) => newestAt))
  if (floor === Number.NEGATIVE_INFINITY) return 0
  const closedBy = (at: number): number => Math.floor((at - disorderMs - graceMs) / PANE_MS)
  const idle = boxes.filter(([, box]) => box.sealedSeq === null && box.lastCastAt <= postgres.now - idleMs && closedBy(box.newestAt) < closedBy(floor))
  for (const [id, box] of idle) {
    const commitment = createHash('sha256').update(`tick/${id}/${box.nextSeq}/${floor}`).digest('hex')
    box.chain = digestAfter(box.chain, [{ commitment, castAt: floor }])
    box.entries.push({ kind: 'TICK', seq: box.nextSeq, castAt: floor, commitment, chain: box.chain })
    box.nextSeq += 1
    box.newestAt = floor
  }
  return idle.length
}
