import type { Logger } from 'pino'
import type { Apart } from '../apart.js'
import { startLoop, type Clock } from '../pace.js'
import { createTrouble, tell } from '../story.js'
import type { HeldElection, HeldElections } from './held-elections.js'
import type { PublisherMetrics } from './publisher-metrics.js'
import type { ResultsAnnouncer } from './results-announcer.js'
import { SIDE_BY_SIDE, type Turns } from './turns.js'

const LEAST_PAUSE_MS = 50
/** So much sooner than its turn a revision may follow: news that comes at an even pace never comes quite evenly, and would wait for half a turn. */
const EARLY_MS = 25
const MOST_PAUSE_MS = 1_000
const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 2_000

export interface DueRevisions extends AsyncDisposable {
  /** Something changed, or may be published now. */
  wake(): void
}

/**
 * Publishes what is due: of each election at once, then at its own pace. An election whose revisions fail or take their time
 * waits by itself.
 */
export function startDueRevisions({ held, turns, apart, announcer, clock, logger, metrics }: {
  held: HeldElections, turns: Turns, apart: Apart, announcer: Pick<ResultsAnnouncer, 'announce'>, clock: Clock, logger: Logger, metrics: Pick<PublisherMetrics, 'revisions' | 'publishSeconds'>
}): DueRevisions {
  const waiting: (readonly [number, HeldElection])[] = []
  /** Those that wait or are worked on. */
  const begun = new Set<HeldElection>()
  const lanes = new Set<Promise<void>>()

  const publish = async (key: number, one: HeldElection): Promise<void> => {
    const began = clock.now()
    const published = await one.publisher.publish()
    const cost = clock.now() - began
    one.nextAt = Math.max(Math.max(one.nextAt, began - EARLY_MS) + LEAST_PAUSE_MS, began + Math.min(MOST_PAUSE_MS, 4 * cost))
    one.retryMs = FIRST_RETRY_MS
    if (published.kind === 'SUPERSEDED') held.letGo(key)
    if (published.kind !== 'PUBLISHED') return
    metrics.revisions.inc()
    metrics.publishSeconds.observe(cost / 1_000)
    announcer.announce(published.revision)
    one.views.take(published.revision)
    const { views } = one.publisher.progress
    if (views.join(' ') !== one.shown) tell(logger, 'VIEWS_SWITCHED', { election: key, revision: published.revision.revision, views }, 'from this revision on, these breakdowns are shown')
    one.shown = views.join(' ')
  }
  const attempt = (key: number, one: HeldElection): Promise<unknown> => apart.attempt({ election: key }, () => turns.of(key, async () => {
    if (held.get(key) !== one) return
    try {
      await publish(key, one)
    } catch (error) {
      one.nextAt = clock.now() + one.retryMs
      one.retryMs = Math.min(LONGEST_RETRY_MS, 2 * one.retryMs)
      throw error
    }
  }))
  /** Takes what is due until nothing is. */
  const runLane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [key, one] = next
      await attempt(key, one)
      begun.delete(one)
      if (one.publisher.isDue) loop.wake()
    }
  }
  const loop = startLoop(clock, async () => {
    let pause = MOST_PAUSE_MS
    for (const due of held.all()) {
      const [key, one] = due
      // Who is busy wakes this loop when it is done and still due.
      if (begun.has(one) || turns.isBusy(key) || !one.publisher.isDue) continue
      if (one.nextAt > clock.now()) {
        pause = Math.min(pause, Math.max(1, one.nextAt - clock.now()))
        continue
      }
      begun.add(one)
      waiting.push(due)
    }
    for (let free = Math.min(SIDE_BY_SIDE - lanes.size, waiting.length); free > 0; free -= 1) {
      const lane = runLane().finally(() => lanes.delete(lane))
      lanes.add(lane)
    }
    return pause
  }, createTrouble({ logger, clock }, 'results cannot be published'))
  return {
    wake: () => loop.wake(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]()
      waiting.length = 0
      await Promise.all(lanes)
    },
  }
}
