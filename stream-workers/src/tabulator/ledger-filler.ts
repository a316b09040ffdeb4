import type { Logger } from 'pino'
import type { Clock } from '../pace.js'
import { tell } from '../story.js'
import type { BallotBox } from './ballot-box.js'
import type { Boxes } from './boxes.js'
import type { Generations } from './generations.js'
import type { SliceFolder } from './slice-folder.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'

export interface LedgerFiller {
  /**
   * Folds what the ledger holds behind the box's position, slice by slice, until somebody else's object stands for the box: its
   * flush was refused. `pause` is awaited between slices, `inTurn` is how each of them has its turn among other work on boxes.
   */
  fill(box: BallotBox, pause: () => Promise<void>, inTurn?: InTurn): Promise<void>
  /** Folds the whole box from the ledger and switches to it as a new generation: for a ledger that is not the one counted before. */
  refold(box: BallotBox, pause: () => Promise<void>): Promise<void>
}

type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>

/** Reads from the ledger what the event log did not deliver. */
export function createLedgerFiller({ folder, generations, boxes, clock, logger, metrics }: {
  folder: SliceFolder, generations: Generations, boxes: Boxes, clock: Clock, logger: Logger, metrics: TabulatorMetrics
}): LedgerFiller {
  // Claimed anew whatever comes of it: the next fill loads what the database then holds.
  const refold: LedgerFiller['refold'] = (old, pause) => boxes.closeWhile(old, async () => {
    const { election, box, nextSeq } = old.claim
    const began = clock.now()
    tell(logger, 'ALARM', { election, box, seq: nextSeq, reason: 'OTHER_LEDGER' }, 'the ledger of this box is not the one that was counted (was the database restored?); counting it anew')
    metrics.refolds.inc()
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
  })

  return {
    refold,
    async fill(box, pause, inTurn = (work) => work()) {
      const foldSlice = async (): Promise<number> => {
        if (boxes.peek(box.claim) !== box) return 0
        const folded = await folder.fold(box)
        if (folded !== 'OTHER_LEDGER') return folded
        await refold(box, pause)
        return 0
      }
      for (let folded = await inTurn(foldSlice); folded > 0; folded = await inTurn(foldSlice)) {
        metrics.filled.inc(folded)
        await pause()
      }
    },
  }
}
