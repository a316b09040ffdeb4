import type { BoxEntry } from '@livetally/core/election'
import type { BallotLedger } from '@livetally/core/store'
import type { Logger } from 'pino'
import { tell } from '../story.js'
import type { BallotBox } from './ballot-box.js'
import { MOST_IN_TRANSACTION } from './position.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'

const SLICE = 5_000

export interface SliceFolder {
  /** Folds the next slice of the ledger into a box. Returns how many entries were folded; 0 at the head. */
  fold(box: BallotBox): Promise<number | 'OTHER_LEDGER'>
}

/** Reads a box's entries from the ledger, a slice at a time. */
export function createSliceFolder({ ledger, logger, metrics }: { ledger: Pick<BallotLedger, 'read'>, logger: Logger, metrics: TabulatorMetrics }): SliceFolder {
  /** Our digest is that of the last mark before our place. It stands right there, but where a mark was lost and entries were counted as they are. */
  const standsOnThisLedger = async (box: BallotBox): Promise<boolean> => {
    const { nextSeq, chain } = box.position
    if (nextSeq === 0) return true
    for (const span of [1, MOST_IN_TRANSACTION]) {
      const from = Math.max(0, nextSeq - span)
      const before = await ledger.read(box.claim.election, box.claim.box, from, nextSeq - from)
      if (before.length === 0) return false
      const mark = before.findLast((entry) => entry.chain !== undefined)
      if (mark !== undefined) return mark.chain === chain
    }
    return nextSeq > MOST_IN_TRANSACTION || chain === ''
  }
  const reportInvalid = (box: BallotBox, count: number): void => {
    if (count === 0) return
    metrics.invalid.inc(count)
    tell(logger, 'ALARM', { election: box.claim.election, box: box.claim.box, entries: count }, 'entries name something that their election does not know; they are counted nowhere')
  }
  const force = (box: BallotBox, entries: readonly BoxEntry[], what: string): number => {
    tell(logger, 'ALARM', { election: box.claim.election, box: box.claim.box, seq: box.position.nextSeq, entries: entries.length }, `${what}: the rows of this ledger were changed behind our back. They are counted as they are`)
    const forced = box.force(entries)
    reportInvalid(box, forced.invalid)
    return forced.folded
  }
  /** A slice, and more of them as long as there is no end of a transaction in it: up to what a transaction may hold. */
  const readOn = async ({ claim, position }: BallotBox): Promise<readonly BoxEntry[]> => {
    const entries: BoxEntry[] = []
    for (;;) {
      const more = await ledger.read(claim.election, claim.box, (entries.at(-1)?.seq ?? position.nextSeq - 1) + 1, SLICE)
      entries.push(...more)
      if (more.length < SLICE || entries.length >= MOST_IN_TRANSACTION || more.some((entry) => entry.chain !== undefined)) return entries
    }
  }
  return {
    async fold(box) {
      box.position.forgetPending()
      const from = box.position.nextSeq
      const entries = await readOn(box)
      // Whole transactions only: what follows the last chain mark is read again with the next slice.
      const whole = entries.slice(0, entries.findLastIndex((entry) => entry.chain !== undefined) + 1)
      // A ledger never shows half a transaction. Nor is there anything to wait for where all of one is read, and its mark is not there.
      if (whole.length === 0 && entries.length > 0) {
        return await standsOnThisLedger(box) ? force(box, entries, 'entries of a ledger are not followed by the digest of their transaction') : 'OTHER_LEDGER'
      }
      const taken = box.take(whole)
      reportInvalid(box, taken.invalid)
      if (taken.stopped === undefined || taken.stopped === 'FULL') return taken.folded
      if (taken.stopped === 'BROKEN' && !(await standsOnThisLedger(box))) return 'OTHER_LEDGER'
      return taken.folded + force(box, whole.slice(box.position.nextSeq - from), 'the ledger\'s own digests do not follow from each other')
    },
  }
}
