import type { Clock } from './pace.js'

export interface HeldClock extends Clock {
  /** Lets time pass: whatever is due happens in its order, each with everything that follows from it at once. */
  advance(ms: number): Promise<void>
  /** How many wait for the time to come. */
  readonly waiting: number
}

/** A clock that stands still until it is told to go on. */
export function createHeldClock(start = 0): HeldClock {
  let now = start
  const timers = new Set<{ at: number, ring: () => void }>()
  const next = (until: number): { at: number, ring: () => void } | undefined =>
    [...timers].filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)[0]
  return {
    now: () => now,
    wallTime: () => now,
    delay: (ms, signal) => new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const timer = { at: now + ms, ring: (): void => {
        timers.delete(timer)
        signal?.removeEventListener('abort', timer.ring)
        resolve()
      } }
      timers.add(timer)
      signal?.addEventListener('abort', timer.ring, { once: true })
    }),
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        now = Math.max(now, timer.at)
        timer.ring()
        await settle()
      }
      now = until
    },
    get waiting() { return timers.size },
  }
}

/** Until everything that can happen without time passing has happened. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => { setImmediate(resolve) })
}
