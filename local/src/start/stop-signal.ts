export type StopSignal = {
  readonly signal: AbortSignal
  /** Begins to stop without a signal, because the start has failed. */
  readonly giveUp: () => void
}

const deliberateAfterMs = 2000

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an abort. Ctrl-C under `npm start` arrives twice, from the
 * terminal and from npm: only one that comes two seconds later is meant, and ends us at once (the guards of our
 * children then stop them).
 */
export function listenForStop(say: (line: string) => void): StopSignal {
  const controller = new AbortController()
  let stoppedAt = 0
  const onSignal = (name: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      stoppedAt = performance.now()
      say(`Stopping (${name}) …`)
      controller.abort(new Error(`stopped by ${name}`))
    } else if (performance.now() - stoppedAt > deliberateAfterMs) {
      process.exit(1)
    }
  }
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const name of signals) process.on(name, onSignal)
  return { signal: controller.signal, giveUp: () => controller.abort(new Error('the start has failed')) }
}
