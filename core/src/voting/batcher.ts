import type { CastAnswer, CastRow } from '../store/index.js'
import { answerOfFollower, longestWaiting, takeBatch, type BoxQueue, type CastOutcome, type Entry, type Waiting } from './batch-queue.js'

export type { CastOutcome } from './batch-queue.js'

/** The ledger as the batcher needs it: may be called again with the same rows after any error. */
export interface LedgerPort { castBatch(election: number, box: number, rows: readonly CastRow[]): Promise<CastAnswer[]> }

export interface BatcherClock {
  /** Monotonic milliseconds. */
  now(): number
  wait(ms: number): Promise<void>
  /** Runs `work` once everything that is ready now has had its turn: what arrives together travels together. */
  soon(work: () => void): void
}

export interface BatcherSettings {
  /** Transactions in flight at once. */
  transactions: number
  /** Ballots in one transaction, `MOST_IN_BATCH` at the most. */
  batch: number
  /** Ballots that may wait; more are turned away. */
  waiting: number
  /** How long a ballot is tried before its outcome is called unknown. */
  giveUpAfterMs: number
}

/** A transaction of the ledger is counted as a whole, and read in slices: it must stay much smaller than those. */
export const MOST_IN_BATCH = 1_000

export interface Batcher {
  /** Never rejects. */
  cast(election: number, box: number, row: CastRow): Promise<CastOutcome>
  /** Ballots that wait or are in flight. */
  readonly load: number
  /** Takes no more ballots, and resolves when those it has are answered. */
  drain(): Promise<void>
}

interface Dependencies {
  ledger: LedgerPort
  clock: BatcherClock
  /** Tells errors of the connection or the server, after which the outcome is unknown, from errors of the rows. */
  isAboutTheServer: (error: unknown) => boolean
  settings: BatcherSettings
  onBatch?: (facts: { ballots: number, ms: number, isRetry: boolean }) => void
  onTrouble?: (error: unknown) => void
}

const FIRST_PAUSE_MS = 25
const LONGEST_PAUSE_MS = 1_000
const BUSY_RETRY_MS = 1_000

/**
 * Counting rule "Accept" 2 and 6: ballots wait per box; a free slot takes the queue that has waited longest and is not
 * in flight. There is no timer: a ballot that meets a free slot goes at once, and those that come meanwhile travel together.
 */
export function createBatcher({ ledger, clock, isAboutTheServer, settings, onBatch, onTrouble }: Dependencies): Batcher {
  if (settings.batch > MOST_IN_BATCH) throw new RangeError(`${settings.batch} ballots are too many for one transaction of the ledger: ${MOST_IN_BATCH} at the most.`)
  const queues = new Map<string, BoxQueue>()
  let free = settings.transactions
  let load = 0
  let isStopping = false
  let isScheduled = false
  let drained: (() => void) | undefined

  const answer = (ballot: Waiting, outcome: CastOutcome): void => {
    load -= 1
    ballot.answer(outcome)
    if (load === 0) drained?.()
  }
  const isOverdue = ({ arrivedAt }: Waiting): boolean => clock.now() - arrivedAt >= settings.giveUpAfterMs
  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    clock.soon(() => {
      isScheduled = false
      dispatch()
    })
  }
  const dispatch = (): void => {
    while (free > 0) {
      const queue = longestWaiting(queues.values())
      if (queue === undefined) return
      free -= 1
      queue.isInFlight = true
      send(queue, takeBatch(queue, settings.batch)).finally(() => {
        free += 1
        queue.isInFlight = false
        if (queue.waiting.length === 0) queues.delete(keyOf(queue.election, queue.box))
        schedule()
      })
    }
  }
  const settle = (queue: BoxQueue, { first, followers }: Entry, outcome: CastOutcome): void => {
    answer(first, outcome)
    const undecided = followers.filter((follower) => {
      const told = answerOfFollower(first, outcome)
      if (told !== undefined) answer(follower, told)
      return told === undefined
    })
    // A later ballot of the voter may fit where the first did not (it met another phase version): the ledger decides.
    queue.waiting.unshift(...undecided)
  }
  const send = async (queue: BoxQueue, entries: Entry[]): Promise<void> => {
    let pause = FIRST_PAUSE_MS
    let remaining = entries
    for (let isRetry = false; remaining.length > 0; isRetry = true) {
      const started = clock.now()
      try {
        const answers = await ledger.castBatch(queue.election, queue.box, remaining.map(({ first }) => first.row))
        onBatch?.({ ballots: remaining.length, ms: clock.now() - started, isRetry })
        remaining.forEach((entry, at) => { settle(queue, entry, answers[at] ?? { verdict: 'FAILED', error: new Error('The ledger left a ballot unanswered.') }) })
        return
      } catch (error) {
        onTrouble?.(error)
        if (!isAboutTheServer(error)) return split(queue, remaining, error)
      }
      remaining = giveUpOverdue(queue, remaining)
      if (remaining.length === 0) return
      await clock.wait(pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }
  /** One bad row must fail one voter, not all that travelled with it. */
  const split = async (queue: BoxQueue, entries: Entry[], error: unknown): Promise<void> => {
    const [only, ...others] = entries
    if (only !== undefined && others.length === 0) return settle(queue, only, { verdict: 'FAILED', error })
    const middle = Math.ceil(entries.length / 2)
    await send(queue, entries.slice(0, middle))
    await send(queue, entries.slice(middle))
  }
  const giveUpOverdue = (queue: BoxQueue, entries: Entry[]): Entry[] => {
    for (const other of queues.values()) {
      const overdue = other.waiting.filter(isOverdue)
      if (overdue.length === 0) continue
      other.waiting = other.waiting.filter((ballot) => !overdue.includes(ballot))
      for (const ballot of overdue) answer(ballot, { verdict: 'UNKNOWN' })
    }
    return entries.filter((entry) => {
      if (!isOverdue(entry.first)) return true
      settle(queue, entry, { verdict: 'UNKNOWN' })
      return false
    })
  }

  return {
    cast(election, box, row) {
      if (isStopping || load >= settings.waiting) return Promise.resolve({ verdict: 'BUSY', retryAfterMs: BUSY_RETRY_MS })
      return new Promise((resolve) => {
        load += 1
        const key = keyOf(election, box)
        const queue = queues.get(key) ?? { election, box, isInFlight: false, waiting: [] }
        queues.set(key, queue)
        queue.waiting.push({ row, voter: row.voterRef.toString('latin1'), arrivedAt: clock.now(), answer: resolve })
        schedule()
      })
    },
    get load() { return load },
    drain() {
      isStopping = true
      return load === 0 ? Promise.resolve() : new Promise((resolve) => { drained = resolve })
    },
  }
}

function keyOf(election: number, box: number): string {
  return `${election}/${box}`
}

export const batcherClock: BatcherClock = {
  now: () => performance.now(),
  wait: (ms) => new Promise((resolve) => { setTimeout(resolve, ms) }),
  soon: (work) => { setImmediate(work) },
}
