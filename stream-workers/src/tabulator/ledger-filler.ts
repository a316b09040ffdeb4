import type { Logger } from 'pino'
import type { TabulatorMetrics } from '../metrics.js'
import type { BallotBox } from './ballot-box.js'
import type { Boxes } from './boxes.js'
import type { Generations } from './generations.js'
import type { SliceFolder } from './slice-folder.js'

export interface LedgerFiller {
  /** Folds what the ledger holds behind the box's position, slice by slice. `pause` is awaited between slices. */
  fill(box: BallotBox, pause: () => Promise<void>): Promise<void>
  /** Folds the whole box from the ledger and switches to it as a new generation: for a ledger that is not the one counted before. */
  refold(box: BallotBox, pause: () => Promise<void>): Promise<void>
}

/** Reads from the ledger what the event log did not deliver. */
export function createLedgerFiller({ folder, generations, boxes, logger, metrics }: {
  folder: SliceFolder, generations: Generations, boxes: Boxes, logger: Logger, metrics: TabulatorMetrics
}): LedgerFiller {
  const refold: LedgerFiller['refold'] = async (old, pause) => {
    const { election, box, nextSeq } = old.claim
    logger.error({ election, box, nextSeq }, 'the ledger of this box is not the one that was counted (was the database restored?); counting it anew')
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
    if (folded !== 'LOST') await generation.finish()
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
