import type { BallotLedger, BoxId } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart } from '../apart.js'
import type { Clock } from '../pace.js'
import type { BallotBox } from './ballot-box.js'
import { idOf, type Boxes } from './boxes.js'
import type { Flusher } from './flusher.js'
import type { LedgerFiller } from './ledger-filler.js'

/**
 * Boxes that cannot be filled from the event log alone, each on its own: those that it did not deliver, those whose ledger is
 * another one, and those that failed. As long as a box is mended nobody else folds it.
 */
export interface BoxMender {
  /** Whether the box is mended, or waits for it: its entries are read from the ledger. */
  isAt(id: BoxId): boolean
  /** Whether it is to be mended at the next look, although it did not stand still. */
  isDue(id: BoxId): boolean
  /** Works on a box. False if it failed: that is told once, with the box. */
  attempt(id: BoxId, work: () => Promise<void>): Promise<boolean>
  /** These failed: from now on they are mended, and nobody else waits for them. */
  leaveToUs(failed: readonly BoxId[]): void
  mustRefold(id: BoxId): void
  /** Reads from the ledger what the box lacks, and never rejects: it is tried again at the next look. */
  mend(id: BoxId): Promise<void>
  /** These alone lack anything: the others need not wait for us. */
  leaveAllBut(lagging: readonly BoxId[]): void
}

interface Dependencies {
  ledger: Pick<BallotLedger, 'heads'>
  boxes: Boxes
  filler: LedgerFiller
  flusher: Pick<Flusher, 'request'>
  /** Waits for all other work on boxes, and keeps it waiting meanwhile. */
  inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>
  isMine: (id: BoxId) => boolean
  /** Awaited between slices. */
  pause: () => Promise<void>
  clock: Clock
  logger: Logger
}

export function createBoxMender({ ledger, boxes, filler, flusher, inTurn, isMine, pause, clock, logger }: Dependencies): BoxMender {
  const apart = createApart({ logger, clock }, 'this box cannot be tallied')
  const ours = new Set<string>()
  const toRefold = new Set<string>()

  const attempt: BoxMender['attempt'] = async (id, work) => await apart.attempt(id, async () => {
    await work()
    return true
  }) ?? false
  const fill = async (box: BallotBox): Promise<void> => {
    const { election, box: at } = box.claim
    // While this waited for its turn, the box may have passed the head that was seen with the lag.
    const head = (await ledger.heads(election)).find((one) => one.box === at)?.nextSeq ?? 0
    if (toRefold.delete(idOf(box.claim)) || box.position.nextSeq > head) await inTurn(() => filler.refold(box, pause))
    // Everything is folded, and yet the database has stood elsewhere for a while: it was restored, and what it holds counts.
    else if (box.position.nextSeq === head) boxes.drop(box)
    else await filler.fill(box, pause, inTurn)
    flusher.request(0)
  }
  return {
    isAt: (id) => ours.has(idOf(id)),
    isDue: (id) => ours.has(idOf(id)) || toRefold.has(idOf(id)),
    attempt,
    leaveToUs(failed) { for (const id of failed) ours.add(idOf(id)) },
    mustRefold: (id) => { toRefold.add(idOf(id)) },
    async mend(id) {
      // What a batch does with it now is done before; then it is left to us.
      await inTurn(async () => { ours.add(idOf(id)) })
      const isDone = await attempt(id, async () => {
        // Not in turn: a claim that waits for somebody's lock holds up no other box.
        const box = await boxes.own(id)
        if (box === undefined) return
        if (isMine(id)) await fill(box)
        else boxes.drop(box)
      })
      if (isDone) ours.delete(idOf(id))
    },
    leaveAllBut(lagging) {
      const left = new Set(lagging.map(idOf))
      for (const id of ours) if (!left.has(id)) ours.delete(id)
    },
  }
}
