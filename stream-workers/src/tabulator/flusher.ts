import { createSerial } from '@livetally/core/events'
import type { BoxId, FlushRefusal, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { startLoop, type Clock } from '../pace.js'
import { createTrouble, tell } from '../story.js'
import type { BallotBox, BoxMove } from './ballot-box.js'
import type { Boxes } from './boxes.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'
import type { TallyAnnouncer } from './tally-announcer.js'

/** So long the first of a fetch waits for what comes with it, partition after partition: one transaction for all. */
const GATHER_MS = 2
/** Of a backlog, nobody waits for the newest ballot: so many ms more per entry that is still to come, up to a quarter of a second, make few and large transactions of it. */
const GATHER_MS_PER_ENTRY = 0.05
const LONGEST_GATHER_MS = 250
const MOST_PAUSE_MS = 500
/** Rows written in one transaction; more boxes than fit wait for the next. */
const ROWS_PER_FLUSH = 20_000

export interface Flusher extends AsyncDisposable {
  /** Something changed: flush soon, and later the more entries are known to wait `behind` it. */
  request(behind: number): void
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

  const write = async (taken: readonly { box: BallotBox, flush: BoxMove }[]): Promise<void> => {
    try {
      const { refused } = await store.flush(taken.map(({ flush }) => flush))
      const isRefused = ({ claim }: BallotBox): boolean => refused.some((id) => id.election === claim.election && id.box === claim.box)
      for (const { box } of taken) if (isRefused(box)) boxes.drop(box)
      for (const { election, box, reason } of refused) {
        metrics.refused.inc({ reason })
        tell(logger, 'SUPERSEDED', { election, box, reason }, 'a flush was refused; the box is claimed anew')
        onRefused({ election, box }, reason)
      }
      announcer.announce(taken.filter(({ box }) => !isRefused(box)).map(({ flush }) => flush))
    } catch (error) {
      for (const { box } of taken) boxes.drop(box)
      throw error
    }
  }
  /** One transaction. `PART`: the boxes that did not fit wait for the next. */
  const flushOnce = async (): Promise<'NOTHING' | 'PART' | 'WHOLE'> => {
    const taken: { box: BallotBox, flush: BoxMove }[] = []
    let rows = 0
    for (const box of boxes.all()) {
      if (rows >= ROWS_PER_FLUSH) break
      const flush = box.takeFlush()
      if (flush === undefined) continue
      taken.push({ box, flush })
      rows += flush.rows.length
    }
    if (taken.length === 0) return 'NOTHING'
    const end = metrics.flushSeconds.startTimer()
    await write(taken)
    end()
    return rows >= ROWS_PER_FLUSH ? 'PART' : 'WHOLE'
  }

  let requestedAt: number | undefined
  let gatherMs = GATHER_MS
  let restsUntil = Number.NEGATIVE_INFINITY
  const trouble = createTrouble({ logger, clock }, 'tallies cannot be written, so their boxes are claimed anew')
  const loop = startLoop(clock, async () => {
    if (requestedAt === undefined) return MOST_PAUSE_MS
    const began = clock.now()
    const due = Math.max(requestedAt + gatherMs, restsUntil)
    if (due > began) return due - began
    requestedAt = undefined
    await inTurn(async () => {
      while (await flushOnce() === 'PART') continue
    })
    trouble.over()
    // What waits meanwhile is written together: the dearer a flush is, the more the next one carries.
    restsUntil = clock.now() + Math.min(MOST_PAUSE_MS, clock.now() - began)
    return MOST_PAUSE_MS
  }, trouble.met)

  return {
    request(behind) {
      const wanted = Math.min(LONGEST_GATHER_MS, GATHER_MS + behind * GATHER_MS_PER_ENTRY)
      const isSooner = wanted < gatherMs
      gatherMs = wanted
      if (requestedAt !== undefined && !isSooner) return
      requestedAt ??= clock.now()
      loop.wake()
    },
    flushNow: () => inTurn(async () => {
      while (await flushOnce() !== 'NOTHING') continue
    }),
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  }
}
