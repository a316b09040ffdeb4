import type { Logger } from 'pino'

export interface RepeatedTask {
  /** Now, or right after the turn that is running. */
  runSoon(): void
  /** No further turn; resolves when the running one has ended. */
  stop(): Promise<void>
}

/** Work that is done again and again, never twice at the same time; a failure is logged and tried again at the next turn. */
export function createTask(work: () => Promise<void>, everyMs: number, logger: Logger, what: string): RepeatedTask {
  let running: Promise<void> | undefined
  let again = false
  let isFailing = false
  const run = (): void => {
    if (running !== undefined) { again = true; return }
    running = work()
      .then(() => {
        if (isFailing) logger.info({ event: 'RECOVERED' }, `${what} works again.`)
        isFailing = false
      }, (error: unknown) => {
        // Once, not every second for as long as the database is away.
        if (!isFailing) logger.warn({ event: 'TROUBLE', err: error }, `${what} failed; it is tried again and again.`)
        isFailing = true
      })
      .finally(() => {
        running = undefined
        if (again) { again = false; run() }
      })
  }
  const timer = setInterval(run, everyMs)
  return {
    runSoon: run,
    async stop() {
      clearInterval(timer)
      again = false
      await running
    },
  }
}
