import type { Clock } from './pace.js'

/** Tells the group that we are alive while a batch takes longer than usual, as long as the work that it waits for goes on. */
export interface SignsOfLife {
  /** Something was done: a slice was folded, a box or an election was seen to. */
  step(): void
  /** Does the work, and gives a sign of life twice a second until it is done. */
  during<Result>(heartbeat: () => Promise<void>, work: () => Promise<Result>): Promise<Result>
}

const BEAT_MS = 500
/** Between two steps lie a few statements at the most, each of which ends after seconds. Whoever makes none for so long is stuck, and others should have the partition. */
const STUCK_AFTER_MS = 20_000

export function createSignsOfLife({ clock }: { clock: Clock }): SignsOfLife {
  let steppedAt = clock.now()

  const beat = async (heartbeat: () => Promise<void>, done: AbortSignal): Promise<void> => {
    for (;;) {
      await clock.delay(BEAT_MS, done)
      if (done.aborted || clock.now() - steppedAt > STUCK_AFTER_MS) return
      await heartbeat()
    }
  }
  return {
    step() { steppedAt = clock.now() },
    async during(heartbeat, work) {
      steppedAt = clock.now()
      const done = new AbortController()
      // What has begun is finished; whoever asks the group next hears that the partition is gone.
      beat(heartbeat, done.signal).catch(() => undefined)
      try {
        return await work()
      } finally {
        done.abort()
      }
    },
  }
}
