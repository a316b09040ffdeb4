import { setTimeout as pause } from 'node:timers/promises'
import { supervise, type Supervised } from '@livetally/local'

export interface Supervision {
  /** Starts it again, a moment after it has died, from now on. */
  watch(name: string, supervised: Supervised): void
  /** Ends all watching; what dies from then on stays dead. */
  end(): void
}

/** Whoever dies here has been killed on purpose: to the supervisor each life has lasted long, and the next begins after its first, short pause. */
const LONG_LIFE_MS = 3_600_000

/** The supervisor of `npm start`, for processes that are killed more often than it would stand. */
export function createSupervision(say: (line: string) => void): Supervision {
  const ending = new AbortController()
  let hours = 0
  return {
    watch(name, supervised) {
      void supervise({
        name, supervised, say, signal: ending.signal,
        pause: async (ms, signal) => { await pause(ms, undefined, { signal }) },
        now: () => (hours += 1) * LONG_LIFE_MS,
      })
    },
    end: () => ending.abort(),
  }
}
