import type { Logger } from 'pino'
import type { Clock } from '../pace.js'
import { tell } from '../story.js'
import type { BallotBox } from './ballot-box.js'
import type { Boxes } from './boxes.js'
import type { Generations } from './generations.js'
import type { SliceFolder } from './slice-folder.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'

export interface LedgerFiller {
  /** Folds what the ledger holds behind the box's position, slice by slice. `pause` is awaited between slices. */
  fill(box: BallotBox, pause: () => Promise<void>): Promise<void>
  /** Folds the whole box from the ledger and switches to it as a new generation: for a ledger that is not the one counted before. */
  refold(box: BallotBox, pause: () => Promise<void>): Promise<void>
}

/** Reads from the ledger what the event log did not deliver. */
export function createLedgerFiller({ folder, generations, boxes, clock, logger, metrics }: {
  folder: SliceFolder, generations: Generations, boxes: Boxes, clock: Clock, logger: Logger, metrics: TabulatorMetrics
}): LedgerFiller {
  const refold: LedgerFiller['refold'] = async (old, pause) => {
    const { election, box, nextSeq } = old.claim
    const began = clock.now()
    tell(logger, 'ALARM', { election, box, seq: nextSeq, reason: 'OTHER_LEDGER' }, 'the ledger of this box is not the one that was counted (was the database restored?); counting it anew')
    metrics.refolds.inc()
    // Claimed anew whatever comes of it: the next fill loads what the database then holds.
    boxes.drop(old)
    const generation = await generations.begin(old)
    if (generation === undefined) return
    let folded = await generation.advance()
    while (folded !== 'LOST' && folded > 0) {
      await pause()
      folded = await generation.advance()
    }
    if (folded === 'LOST' || !(await generation.finish())) return
    metrics.rebuilt.inc({ reason: 'OTHER_LEDGER' })
    tell(logger, 'REBUILD_FINISHED', { election, box, generation: old.claim.generation + 1, entries: generation.nextSeq, ms: Math.round(clock.now() - began), reason: 'OTHER_LEDGER' }, 'this box is counted anew')
  }

  return {
    refold,
    async fill(box, pause) {
      for (;;) {
        const folded = await folder.fold(box)
        if (folded === 'OTHER_LEDGER') return refold(box, pause)
        if (folded === 0) return
        metrics.filled.inc(folded)
        await pause()
      }
    },
  }
}
