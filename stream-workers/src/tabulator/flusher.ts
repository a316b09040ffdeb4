import { createSerial } from '@livetally/core/events'
import type { BoxId, FlushRefusal, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart } from '../apart.js'
import { startLoop, type Clock } from '../pace.js'
import { createTrouble, tell } from '../story.js'
import type { BallotBox, BoxMove } from './ballot-box.js'
import { idOf, type Boxes } from './boxes.js'
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

interface Moved { readonly box: BallotBox, readonly flush: BoxMove }

/**
 * Writes what the boxes counted: one transaction over all boxes that changed, then one announcement of it. Where it fails,
 * each box is tried in one of its own. A box whose flush was refused, or whose outcome is unknown, is dropped and claimed anew:
 * memory is never trusted over the database.
 */
export function startFlusher({ store, boxes, announcer, clock, logger, metrics, onRefused }: {
  store: Pick<TallyStore, 'flush'>, boxes: Boxes, announcer: TallyAnnouncer, clock: Clock, logger: Logger, metrics: TabulatorMetrics
  onRefused: (id: BoxId, reason: FlushRefusal) => void
}): Flusher {
  const { run: inTurn } = createSerial()
  const apart = createApart({ logger, clock }, 'the tallies of this box cannot be written, so it is claimed anew')
  /** Boxes whose last transaction failed although they were alone in it: they are not written together with others. */
  const alone = new Set<string>()

  const write = async (taken: readonly Moved[]): Promise<void> => {
    const { refused } = await store.flush(taken.map(({ flush }) => flush))
    const isRefused = ({ claim }: BallotBox): boolean => refused.some((id) => id.election === claim.election && id.box === claim.box)
    for (const { box } of taken) if (isRefused(box)) boxes.drop(box)
    for (const { election, box, reason } of refused) {
      metrics.refused.inc({ reason })
      tell(logger, 'SUPERSEDED', { election, box, reason }, 'a flush was refused; the box is claimed anew')
      onRefused({ election, box }, reason)
    }
    announcer.announce(taken.filter(({ box }) => !isRefused(box)).map(({ flush }) => flush))
  }
  /** Whose fault it was that a transaction failed is found out one by one. What was committed all the same is refused then. */
  const writeApart = async (taken: readonly Moved[]): Promise<void> => {
    let failure: { error: unknown } | undefined
    let isAnyWritten = false
    for (const one of taken) {
      const id = idOf(one.box.claim)
      const isWritten = await apart.attempt(one.box.claim, async () => {
        try {
          await write([one])
          return true
        } catch (error) {
          failure = { error }
          throw error
        }
      })
      isAnyWritten ||= isWritten === true
      if (isWritten === true) alone.delete(id)
      else {
        alone.add(id)
        boxes.drop(one.box)
      }
    }
    if (failure !== undefined && !isAnyWritten) throw failure.error
  }
  const writeAll = async (taken: readonly Moved[]): Promise<void> => {
    const apartFrom = taken.filter(({ box }) => alone.has(idOf(box.claim)))
    const together = taken.filter((one) => !apartFrom.includes(one))
    const areWritten = together.length > 0 && taken.length > 1 && await write(together).then(() => true, () => false)
    // Something was written: what failed of the others is told, and is no failure of the flush.
    if (areWritten) await writeApart(apartFrom).catch(() => undefined)
    else await writeApart(taken)
  }
  /** One transaction. `PART`: the boxes that did not fit wait for the next. */
  const flushOnce = async (): Promise<'NOTHING' | 'PART' | 'WHOLE'> => {
    const taken: Moved[] = []
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
    await writeAll(taken)
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
