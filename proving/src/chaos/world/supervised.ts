import { setTimeout as pause } from 'node:timers/promises'
import { supervise, type Supervised } from '@livetally/local'

export interface Supervision {
  /** Starts it again, a moment after it has died, from now on. */
  watch(name: string, supervised: Supervised): void
  /** Ends all watching; what dies from then on stays dead. */
  end(): void
}

/** What the supervisor of `npm start` waits before the first start. It waits longer and longer for one that keeps dying; ours die on purpose. */
const RESTART_AFTER_MS = 100

export function createSupervision(say: (line: string) => void): Supervision {
  const ending = new AbortController()
  return {
    watch(name, supervised) {
      void supervise({ name, supervised, say, signal: ending.signal, pause: async (_, signal) => { await pause(RESTART_AFTER_MS, undefined, { signal }) } })
    },
    end: () => ending.abort(),
  }
}
