import { setTimeout as pause } from 'node:timers/promises'

export interface Pace {
  /** Resolves when `count` more may go. Falling behind by more than a second is forgiven, not made up for in a burst. */
  take(count: number): Promise<void>
}

export interface PacePorts { now(): number, pause(ms: number): Promise<void> }

const REAL_PORTS: PacePorts = { now: () => performance.now(), pause: async (ms) => { await pause(ms) } }
const FORGIVEN_MS = 1_000

/** `rate`: so many a second; undefined: as many as there are. */
export function createPace(rate: number | undefined, { now, pause: wait }: PacePorts = REAL_PORTS): Pace {
  let due = now()
  return {
    take: async (count) => {
      if (rate === undefined) return
      const at = now()
      const mine = Math.max(due, at - FORGIVEN_MS)
      due = mine + count / rate * 1_000
      if (mine > at) await wait(mine - at)
    },
  }
}
