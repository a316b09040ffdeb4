import { ballotAcceptedKey, parseBallotAccepted, type RecordBatch } from '@livetally/core/events'
import type { BoxEntry } from '@livetally/core/election'
import type { BoxId, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { Quarantine } from '../quarantine.js'
import { tell } from '../story.js'
import type { BallotBox } from './ballot-box.js'
import type { BoxMender } from './box-mender.js'
import { idOf, type Boxes } from './boxes.js'
import type { LedgerFiller } from './ledger-filler.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'

/** Rounds of taking and filling for the records of one box in one batch; what is then still missing is left to the next look at the ledger. */
const MOST_ROUNDS = 8

export interface BallotIntake {
  /** Folds the entries of a batch of topic `ballots`, each exactly once. */
  take(batch: RecordBatch): Promise<void>
}

interface Dependencies {
  store: Pick<TallyStore, 'lagging'>
  boxes: Boxes
  filler: LedgerFiller
  mender: BoxMender
  quarantine: Quarantine
  isMine: (id: BoxId) => boolean
  /** A sign of life, before each box. */
  step: () => void
  /** Writes what is folded; the broker is told that this process lives. */
  flush: (heartbeat: () => Promise<void>) => Promise<void>
  logger: Logger
  metrics: TabulatorMetrics
}

export function createBallotIntake({ store, boxes, filler, mender, quarantine, isMine, step, flush, logger, metrics }: Dependencies): BallotIntake {
  const note = (box: BallotBox, taken: ReturnType<BallotBox['take']>): void => {
    metrics.folded.inc(taken.folded)
    metrics.repeats.inc(taken.repeats)
    if (taken.invalid === 0) return
    metrics.invalid.inc(taken.invalid)
    tell(logger, 'ALARM', { election: box.claim.election, box: box.claim.box, entries: taken.invalid }, 'entries name something that their election does not know; they are counted nowhere')
  }
  /** Folds the entries; wherever they do not follow, the ledger is read, and the rest is offered again. */
  const fold = async (box: BallotBox, entries: readonly BoxEntry[], heartbeat: () => Promise<void>): Promise<void> => {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const taken = box.take(entries)
      note(box, taken)
      if (taken.stopped === undefined) return
      if (taken.stopped === 'FULL') {
        // What follows is offered again; what was taken is then a repeat.
        await flush(heartbeat)
        round -= 1
      } else {
        await filler.fill(box, () => flush(heartbeat))
      }
      if (boxes.peek(box.claim) !== box) return
    }
  }
  const foldBatch = async (batch: RecordBatch, id: BoxId, entries: readonly BoxEntry[]): Promise<void> => {
    const box = isMine(id) ? await boxes.own(id) : undefined
    if (box !== undefined) return fold(box, entries, batch.heartbeat)
    const stray = batch.records.find((record) => record.key === ballotAcceptedKey(id.election, id.box))
    if (stray !== undefined) await quarantine.put(stray, 'There is no such ballot box, or it does not belong to this partition.')
  }
  return {
    async take(batch) {
      const byBox = await entriesByBox(batch, quarantine)
      const failed: BoxId[] = []
      for (const { id, entries } of byBox.values()) {
        step()
        // What is skipped here is read from the ledger by whoever mends the box.
        if (!mender.isAt(id) && !await mender.attempt(id, () => foldBatch(batch, id, entries))) failed.push(id)
      }
      // Where nothing went well it may be nobody's own trouble: while the tallies cannot be reached, the batch comes again.
      if (failed.length > 0 && failed.length === byBox.size) await store.lagging()
      mender.leaveToUs(failed)
    },
  }
}

/** What can be read of a batch, by box; the rest is put into quarantine. */
async function entriesByBox(batch: RecordBatch, quarantine: Quarantine): Promise<Map<string, { id: BoxId, entries: BoxEntry[] }>> {
  const byBox = new Map<string, { id: BoxId, entries: BoxEntry[] }>()
  // Neighbours are mostly of one box.
  let last: { id: BoxId, entries: BoxEntry[] } | undefined
  for (const record of batch.records) {
    const parsed = parseBallotAccepted(record.value)
    if (!parsed.ok) {
      await quarantine.put(record, parsed.reason)
      continue
    }
    const { election, box } = parsed.event
    if (last?.id.election !== election || last.id.box !== box) {
      const id = idOf(parsed.event)
      last = byBox.get(id) ?? { id: { election, box }, entries: [] }
      byBox.set(id, last)
    }
    last.entries.push(parsed.event)
  }
  return byBox
}
