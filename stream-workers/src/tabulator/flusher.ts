import { createSerial } from '@livetally/core/events'
import type { BoxFlush, BoxId, FlushRefusal, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { TabulatorMetrics } from '../metrics.js'
import { startLoop, type Clock } from '../pace.js'
import type { BallotBox } from './ballot-box.js'
import type { Boxes } from './boxes.js'
import type { TallyAnnouncer } from './tally-announcer.js'

const LEAST_PAUSE_MS = 10
const MOST_PAUSE_MS = 500
/** Rows written in one transaction; more boxes than fit wait for the next. */
const ROWS_PER_FLUSH = 20_000

export interface Flusher extends AsyncDisposable {
  /** Something changed: flush soon. */
  request(): void
  /** Flushes everything that is there now and waits for it. */
  flushNow(): Promise<void>
}

/**
 * Writes what the boxes counted: one transaction over all boxes that changed, then one announcement of it. A box whose
 * flush was refused, or whose outcome is unknown, is dropped and claimed anew: memory is never trusted over the database.
 */
export function startFlusher({ store, boxes, announcer, clock, logger, metrics, onRefused }: {
  store: Pick<TallyStore, 'flush'>, boxes: Boxes, announcer: TallyAnnouncer, clock: Clock, logger: Logger, metrics: TabulatorMetrics
  onRefused: (id: BoxId, reason: FlushRefusal) => void
}): Flusher {
  const { run: inTurn } = createSerial()

  const write = async (taken: readonly { box: BallotBox, flush: BoxFlush }[]): Promise<void> => {
    try {
      const { refused } = await store.flush(taken.map(({ flush }) => flush))
      const isRefused = ({ claim }: BallotBox): boolean => refused.some((id) => id.election === claim.election && id.box === claim.box)
      for (const { box } of taken) if (isRefused(box)) boxes.drop(box)
      for (const { election, box, reason } of refused) {
        metrics.refused.inc({ reason })
        logger.warn({ election, box, reason }, 'a flush was refused; the box is claimed anew')
        onRefused({ election, box }, reason)
      }
      announcer.announce(taken.filter(({ box }) => !isRefused(box)).map(({ flush }) => flush))
    } catch (error) {
      for (const { box } of taken) boxes.drop(box)
      throw error
    }
  }
  /** Returns whether there was anything to write. */
  const flushOnce = async (): Promise<boolean> => {
    const taken: { box: BallotBox, flush: BoxFlush }[] = []
    let rows = 0
    for (const box of boxes.all()) {
      if (rows >= ROWS_PER_FLUSH) break
      const flush = box.takeFlush()
      if (flush === undefined) continue
      taken.push({ box, flush })
      rows += flush.rows.length
    }
    if (taken.length === 0) return false
    const end = metrics.flushSeconds.startTimer()
    await write(taken)
    end()
    return true
  }
  const flushAll = (): Promise<void> => inTurn(async () => {
    while (await flushOnce()) continue
  })

  let isRequested = false
  const loop = startLoop(clock, async () => {
    if (!isRequested) return MOST_PAUSE_MS
    isRequested = false
    const began = clock.now()
    await flushAll()
    // What waits meanwhile is written together: the dearer a flush is, the more it carries.
    return Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, clock.now() - began))
  }, (error) => logger.warn({ err: error }, 'tallies could not be written; their boxes are claimed anew'))

  return {
    request() {
      if (isRequested) return
      isRequested = true
      loop.wake()
    },
    flushNow: flushAll,
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  }
}
