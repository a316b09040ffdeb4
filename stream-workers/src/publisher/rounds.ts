import type { Clock } from '../pace.js'
import type { Turns } from './turns.js'

/** The same work for many elections, again and again. */
export interface Rounds extends AsyncDisposable {
  /**
   * Works on each that is not worked on from an earlier round. Resolves when all are done, or when the round has had its time:
   * what is then still under way goes on, and the next round is without it.
   */
  run<Item>(items: readonly Item[], keyOf: (item: Item) => number, work: (item: Item) => Promise<unknown>): Promise<void>
}

/** `mostMs`: how long a round may take before the next one need not wait for it. Disposal waits for what is under way. */
export function createRounds({ turns, clock, mostMs }: { turns: Turns, clock: Pick<Clock, 'delay'>, mostMs: number }): Rounds {
  const underWay = new Set<number>()
  const rounds = new Set<Promise<void>>()
  let isClosed = false

  return {
    async run(items, keyOf, work) {
      const taken = items.filter((item) => !underWay.has(keyOf(item)))
      if (taken.length === 0 || isClosed) return
      for (const item of taken) underWay.add(keyOf(item))
      const done = new AbortController()
      const round = turns.ofEach(taken, async (item) => {
        try {
          if (!isClosed) await work(item)
        } finally {
          underWay.delete(keyOf(item))
        }
      }).finally(() => {
        rounds.delete(round)
        done.abort()
      })
      rounds.add(round)
      await Promise.race([round, clock.delay(mostMs, done.signal)])
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      await Promise.all(rounds)
    },
  }
}
