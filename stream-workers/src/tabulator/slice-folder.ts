import type { BallotLedger } from '@livetally/core/store'
import type { Logger } from 'pino'
import { tell } from '../story.js'
import type { BallotBox } from './ballot-box.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'

const SLICE = 5_000

export interface SliceFolder {
  /** Folds the next slice of the ledger into a box. Returns how many entries were folded; 0 at the head. */
  fold(box: BallotBox): Promise<number | 'OTHER_LEDGER'>
}

/** Reads a box's entries from the ledger, a slice at a time. */
export function createSliceFolder({ ledger, logger, metrics }: { ledger: Pick<BallotLedger, 'read'>, logger: Logger, metrics: TabulatorMetrics }): SliceFolder {
  const standsOnThisLedger = async (box: BallotBox): Promise<boolean> => {
    const { nextSeq, chain } = box.position
    if (nextSeq === 0) return true
    const [last] = await ledger.read(box.claim.election, box.claim.box, nextSeq - 1, 1)
    return last?.chain === chain
  }
  const reportInvalid = (box: BallotBox, count: number): void => {
    if (count === 0) return
    metrics.invalid.inc(count)
    tell(logger, 'ALARM', { election: box.claim.election, box: box.claim.box, entries: count }, 'entries name something that their election does not know; they are counted nowhere')
  }
  return {
    async fold(box) {
      const { election, box: at } = box.claim
      box.position.forgetPending()
      const from = box.position.nextSeq
      const entries = await ledger.read(election, at, from, SLICE)
      // Whole transactions only: what follows the last chain mark is read again with the next slice.
      const whole = entries.slice(0, entries.findLastIndex((entry) => entry.chain !== undefined) + 1)
      const taken = box.take(whole)
      reportInvalid(box, taken.invalid)
      if (taken.stopped === undefined || taken.stopped === 'FULL') return taken.folded
      if (taken.stopped === 'BROKEN' && !(await standsOnThisLedger(box))) return 'OTHER_LEDGER'
      const rest = whole.slice(box.position.nextSeq - from)
      tell(logger, 'ALARM', { election, box: at, seq: box.position.nextSeq }, 'the ledger\'s own digests do not follow from each other: its rows were changed behind our back. They are counted as they are')
      const forced = box.force(rest)
      reportInvalid(box, forced.invalid)
      return taken.folded + forced.folded
    },
  }
}
