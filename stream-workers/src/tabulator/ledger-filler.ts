import type { BallotLedger, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { Elections } from '../elections.js'
import type { TabulatorMetrics } from '../metrics.js'
import { createBallotBox, type BallotBox } from './ballot-box.js'
import type { Boxes } from './boxes.js'

const SLICE = 5_000

export interface LedgerFiller {
  /** Folds what the ledger holds behind the box's position, slice by slice. `pause` is awaited between slices. */
  fill(box: BallotBox, pause: () => Promise<void>): Promise<void>
  /** Folds the whole box from the ledger and switches to it as a new generation: for a ledger that is not the one counted before. */
  refold(box: BallotBox, pause: () => Promise<void>): Promise<void>
}

/** Reads from the ledger what the event log did not deliver. */
export function createLedgerFiller({ ledger, store, boxes, elections, logger, metrics }: {
  ledger: Pick<BallotLedger, 'read'>, store: Pick<TallyStore, 'replace'>, boxes: Boxes, elections: Elections, logger: Logger, metrics: TabulatorMetrics
}): LedgerFiller {
  /** Returns how many entries were folded; 0 at the head. */
  const foldSlice = async (box: BallotBox): Promise<number | 'OTHER_LEDGER'> => {
    const { election, box: at } = box.claim
    box.position.forgetPending()
    const from = box.position.nextSeq
    const entries = await ledger.read(election, at, from, SLICE)
    // Whole transactions only: what follows the last chain mark is read again with the next slice.
    const whole = entries.slice(0, entries.findLastIndex((entry) => entry.chain !== undefined) + 1)
    const taken = box.take(whole)
    if (taken.invalid > 0) reportInvalid(box, taken.invalid)
    if (taken.stopped === undefined || taken.stopped === 'FULL') return taken.folded
    if (taken.stopped === 'BROKEN' && !(await standsOnThisLedger(box))) return 'OTHER_LEDGER'
    const rest = whole.slice(box.position.nextSeq - from)
    logger.error({ election, box: at, seq: box.position.nextSeq }, 'the ledger\'s own digests do not follow from each other: its rows were changed behind our back. They are counted as they are')
    const forced = box.force(rest)
    if (forced.invalid > 0) reportInvalid(box, forced.invalid)
    return taken.folded + forced.folded
  }
  const standsOnThisLedger = async (box: BallotBox): Promise<boolean> => {
    const { nextSeq, chain } = box.position
    if (nextSeq === 0) return true
    const [last] = await ledger.read(box.claim.election, box.claim.box, nextSeq - 1, 1)
    return last?.chain === chain
  }
  const reportInvalid = (box: BallotBox, count: number): void => {
    metrics.invalid.inc(count)
    logger.error({ election: box.claim.election, box: box.claim.box, count }, 'entries name something that their election does not know; they are counted nowhere')
  }
  const refold: LedgerFiller['refold'] = async (old, pause) => {
    const { claim } = old
    const election = await elections.get(claim.election)
    if (election === undefined) return
    logger.error({ election: claim.election, box: claim.box, nextSeq: claim.nextSeq }, 'the ledger of this box is not the one that was counted (was the database restored?); counting it anew')
    metrics.refolds.inc()
    const fresh = createBallotBox(election.structure, { ...claim, generation: claim.generation + 1, nextSeq: 0, chain: '', newestAt: Number.NEGATIVE_INFINITY }, [])
    for (let folded = await foldSlice(fresh); folded !== 0 && folded !== 'OTHER_LEDGER'; folded = await foldSlice(fresh)) await pause()
    const flush = fresh.takeFlush() ?? { ...fresh.claim, fromSeq: 0, toSeq: 0, chain: '', rows: [] }
    boxes.drop(old)
    // Claimed anew whatever the answer is: the next fill loads what the database now holds.
    await store.replace(claim, flush)
  }

  return {
    refold,
    async fill(box, pause) {
      for (;;) {
        const folded = await foldSlice(box)
        if (folded === 'OTHER_LEDGER') return refold(box, pause)
        if (folded === 0) return
        metrics.filled.inc(folded)
        await pause()
      }
    },
  }
}
