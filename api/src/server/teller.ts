import type { EventLog, LogProducer } from '@livetally/core/events'
import type { Logger } from 'pino'
import { createTask } from './repeated-task.js'

/** Tells Kafka what the database says that it has not been told of. */
export interface Teller extends AsyncDisposable {
  /** Something has changed: returns at once, nobody's request waits for Kafka. */
  tellSoon(): void
}

export interface Outgoing {
  /** Opened when it is first needed. */
  producer(): Promise<Pick<LogProducer, 'send'>>
  /** What is not told yet is left to whoever looks next. */
  readonly isStopping: boolean
}

/**
 * Runs `tell` every `everyMs` and when it is woken, never twice at once. It notes what was told after Kafka has it, never
 * before: what was written while Kafka was away, or by a process that died, is told later by whichever API process looks first.
 */
export function createTeller({ eventLog, logger, everyMs = 2_000, what, tell }: {
  eventLog: Pick<EventLog, 'producer'>, logger: Logger, everyMs?: number | undefined, what: string, tell: (outgoing: Outgoing) => Promise<void>
}): Teller {
  let producer: LogProducer | undefined
  let isStopping = false
  const outgoing: Outgoing = {
    async producer() { return producer ??= await eventLog.producer() },
    get isStopping() { return isStopping },
  }
  const task = createTask(() => tell(outgoing), everyMs, logger, what)
  return {
    tellSoon: () => { task.runSoon() },
    async [Symbol.asyncDispose]() {
      isStopping = true
      await task.stop()
      await producer?.[Symbol.asyncDispose]()
    },
  }
}
