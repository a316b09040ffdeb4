import type { Exit } from '../processes/guarded-process.js'

/** What can be watched: a role's process, Postgres, Kafka, the demo. */
export type Supervised = {
  readonly start: () => Promise<void>
  readonly exited: () => Promise<Exit | undefined>
}

export type SupervisorOptions = {
  name: string
  supervised: Supervised
  say: (line: string) => void
  /** Ends the watch: what dies from then on was stopped on purpose. */
  signal: AbortSignal
  /** An end that is no failure, such as the demo's last voter. Default: none is. */
  isFinished?: (exit: Exit) => boolean
  /** Waits; rejects when the signal comes. A parameter for tests. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>
  now?: () => number
}

/** Short: what was killed once is wanted back. What keeps dying waits longer and longer. */
const firstPauseMs = 100
const longestPauseMs = 15_000
/** A process that has lived this long starts again with the first, short pause. */
const soundAfterMs = 60_000

/** How long to wait before the n-th start in a row (1, 2, 3 …): 0.1 s, doubled each time, at most 15 s. */
export function backoffMs(failures: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1))
}

export function describeExit(exit: Exit | undefined): string {
  if (exit === undefined) return 'it did not start'
  return exit.signal === null ? `exit code ${exit.code}` : exit.signal
}

/** Starts a process again, with growing pauses, whenever it dies, and says so, until the signal. Never rejects. */
export async function supervise({ name, supervised, say, signal, isFinished, pause, now = performance.now.bind(performance) }: SupervisorOptions): Promise<void> {
  let failures = 0
  let startedAt = now()
  while (!signal.aborted) {
    const exit = await supervised.exited()
    if (signal.aborted || (exit !== undefined && isFinished?.(exit) === true)) return
    failures = now() - startedAt > soundAfterMs ? 1 : failures + 1
    const waitMs = backoffMs(failures)
    say(`${name} ended (${describeExit(exit)}); it is started again in ${waitMs / 1000} s`)
    try {
      await pause(waitMs, signal)
      startedAt = now()
      await supervised.start()
      say(`${name} is back`)
    } catch (error) {
      if (signal.aborted) return
      say(`${name} did not start: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
    }
  }
}
