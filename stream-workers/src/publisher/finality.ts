import { PANE_MS, paneStart, type Structure } from '@livetally/core/election'
import type { BoxFloor } from '@livetally/core/store'
import type { MergedTallies } from './merged-tallies.js'

/** Later than every ballot: the year 9999. Said of elections whose boxes are all sealed and counted. */
export const FOREVER = 253_402_300_799_000

/**
 * The instant before which no further ballot can be counted in a window: the least over all ballot boxes, null while one of
 * them cannot say. Windows that end at or before it are final.
 *
 * Database time: a box says its floor, once all entries below it are counted. Imported time: its watermark (newest event
 * time − allowed disorder) less the grace. A sealed box that is counted to its end never speaks again.
 */
export function finalUntil(structure: Structure, merged: MergedTallies, sealed: ReadonlyMap<number, number>, floors: ReadonlyMap<number, BoxFloor>): number | null {
  const { source, disorderMs, graceMs } = structure.definition.time
  let least = FOREVER
  for (let box = 0; box < structure.boxCount; box += 1) {
    const counted = merged.position(box)?.nextSeq ?? 0
    const sealedSeq = sealed.get(box)
    if (sealedSeq !== undefined && counted >= sealedSeq) continue
    const floor = floors.get(box)
    const newest = merged.newestAt(box)
    const until = source === 'IMPORTED'
      ? newest === null ? undefined : newest - disorderMs - graceMs
      : floor === undefined || counted < floor.nextSeq ? undefined : floor.floor
    if (until === undefined) return null
    least = Math.min(least, until)
  }
  return least === FOREVER ? FOREVER : paneStart(least)
}

/** True if a window that holds ballots becomes final between the two instants. */
export function makesWindowsFinal(newestAt: number | null, before: number | null, after: number | null): boolean {
  if (newestAt === null || after === null || after === before) return false
  const lastPaneEnd = paneStart(newestAt) + PANE_MS
  return (before ?? Number.NEGATIVE_INFINITY) < lastPaneEnd
}
