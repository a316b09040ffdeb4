import type { ResultsFeed } from './results-feed.js'
import type { ShownRevision } from './shown-revision.js'

/** What a subscriber is sent; `skipped` revisions were passed over since its last message. */
export interface ResultsMessage {
  readonly shown: ShownRevision
  readonly skipped: number
  /** Where a revision is told in several messages: which of them this is. */
  readonly part?: string
}

export interface StreamClock {
  /** Monotonic milliseconds. */
  now(): number
  /** Calls back once, after `ms`; the result cancels it. */
  after(ms: number, work: () => void): () => void
}

export const streamClock: StreamClock = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => { clearTimeout(timer) }
  },
}

export const MOST_PER_SECOND = 20

interface Options {
  feed: ResultsFeed
  /** The last revision that the viewer has seen: nothing is sent until there is another one. */
  after?: number | undefined
  maxPerSecond?: number | undefined
  clock?: StreamClock
}

/**
 * The newest results again and again: first as they are, then whenever there is a newer revision, and no more often than
 * asked for. Whoever reads slowly gets the newest at each turn. Nothing is queued: all that is kept for a viewer is a number.
 */
export function createResultsStream({ feed, after, maxPerSecond = MOST_PER_SECOND, clock = streamClock }: Options): AsyncIterableIterator<ResultsMessage, undefined> {
  const intervalMs = 1_000 / Math.min(Math.max(maxPerSecond, 0.01), MOST_PER_SECOND)
  let last = after
  // When the last message had its turn. Revisions come at a steady pace, but never quite evenly: after one that was late, the next may come up to half a turn early.
  let turnAt: number | undefined
  let isDone = false
  let waiting: { resolve: (result: IteratorResult<ResultsMessage, undefined>) => void } | undefined
  let cancelTimer: (() => void) | undefined

  const take = (): IteratorResult<ResultsMessage, undefined> => {
    const shown = feed.current()
    const skipped = last === undefined ? 0 : Math.max(0, shown.facts.revision - last - 1)
    last = shown.facts.revision
    const now = clock.now()
    turnAt = turnAt === undefined ? now : Math.max(turnAt + intervalMs, now - intervalMs / 2)
    return { done: false, value: { shown, skipped } }
  }
  const answer = (): void => {
    if (waiting === undefined || feed.current().facts.revision === last) return
    const pause = turnAt === undefined ? 0 : turnAt + intervalMs - clock.now()
    if (pause > 0) {
      cancelTimer ??= clock.after(pause, () => {
        cancelTimer = undefined
        answer()
      })
      return
    }
    const { resolve } = waiting
    waiting = undefined
    resolve(take())
  }
  const stopListening = feed.onChange(answer)
  const end = (): IteratorResult<ResultsMessage, undefined> => {
    isDone = true
    stopListening()
    cancelTimer?.()
    waiting?.resolve({ done: true, value: undefined })
    waiting = undefined
    return { done: true, value: undefined }
  }

  return {
    next() {
      if (isDone) return Promise.resolve({ done: true, value: undefined })
      return new Promise((resolve) => {
        waiting = { resolve }
        answer()
      })
    },
    return: () => Promise.resolve(end()),
    throw: () => Promise.resolve(end()),
    [Symbol.asyncIterator]() { return this },
  }
}

/**
 * Opens a stream for a viewer. A viewer who has seen more than we have may have come from a process that is ahead of ours:
 * then we catch up first. If nothing is there to catch up with, a restored database has gone back, and the viewer has to see that.
 */
export async function openResultsStream(options: Options): Promise<AsyncIterableIterator<ResultsMessage, undefined>> {
  if (options.after !== undefined && options.after > options.feed.current().facts.revision) await options.feed.catchUp().catch(() => undefined)
  return createResultsStream(options)
}
