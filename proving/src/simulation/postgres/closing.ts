import { createHash } from 'node:crypto'
import type { Guards } from '../guards.js'
import { digestAfter } from './digest.js'
import type { Postgres } from './postgres.js'
import { idsOf, type BoxRow, type ElectionRow } from './tables.js'

/** The last instant of an election's granularity before `at`, ms. */
export function lastGranuleBefore({ structure }: Pick<ElectionRow, 'structure'>, at: number): number {
  const { granularityMs } = structure.definition.time
  return Math.ceil(at / granularityMs) * granularityMs - granularityMs
}

/**
 * As `seal_boxes`: ends every ballot box of an election with a seal of one time. That is the end of voting, and never before what
 * a box has said to be final; with imported time it is the newest event time of any box, if there is one.
 */
export function sealBallotBoxes(postgres: Postgres, row: ElectionRow, guards: Guards): void {
  const boxes = [...postgres.tables.boxes].filter(([id]) => idsOf(id).election === row.key && idsOf(id).box < row.structure.correctionsBox)
  const castAt = sealTime(row, boxes.map(([, box]) => box))
  for (const [id, box] of boxes) {
    if (box.sealedSeq !== null) continue
    const commitment = createHash('sha256').update(`seal/${id}/${box.nextSeq}/${castAt}`).digest('hex')
    box.chain = digestAfter(box.chain, [{ commitment, castAt }])
    box.entries.push({ kind: 'SEAL', seq: box.nextSeq, castAt, commitment, chain: box.chain })
    box.nextSeq += 1
    box.newestAt = Math.max(box.newestAt, castAt)
    if (guards.has('sealed box')) box.sealedSeq = box.nextSeq
  }
}

function sealTime(row: ElectionRow, boxes: readonly BoxRow[]): number {
  const newest = Math.max(...boxes.map(({ newestAt }) => newestAt))
  if (row.structure.definition.time.source === 'IMPORTED' && newest > Number.NEGATIVE_INFINITY) return newest
  return Math.max(...boxes.map(({ lastCastAt }) => lastCastAt), lastGranuleBefore(row, row.closesAt))
}
