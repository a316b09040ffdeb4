import type { Clock } from '../pace.js'

const BEAT_MS = 1_000

/** Runs the work and says once a second that the reader is alive; rejects as soon as one of the two fails. */
export async function whileBeating<Result>(clock: Clock, heartbeat: () => Promise<void>, work: () => Promise<Result>): Promise<Result> {
  const done = new AbortController()
  const beat = async (): Promise<never> => {
    for (;;) {
      await clock.delay(BEAT_MS, done.signal)
      // The work has settled the race; this only ends.
      if (done.signal.aborted) throw new Error('The work is done.')
      await heartbeat()
    }
  }
  const beating = beat()
  beating.catch(() => undefined)
  try {
    return await Promise.race([work(), beating])
  } finally {
    done.abort()
  }
}
