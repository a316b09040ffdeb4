let isSilenced = false

/**
 * kafkajs asks for timers that lie in the past, on purpose and harmlessly; Node 22 and newer say so for each process.
 * Only that warning, and only where kafkajs asked for it, is kept back.
 */
export function silenceTimerWarning(): void {
  if (isSilenced) return
  isSilenced = true
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void
  process.emitWarning = (...args: unknown[]): void => {
    if (args.includes('TimeoutNegativeWarning') && new Error().stack?.includes('kafkajs') === true) return
    emitWarning(...args)
  }
}
