import { setTimeout as pause } from 'node:timers/promises'

export type EventuallyOptions = { limitMs?: number, everyMs?: number, what?: string }

/**
 * Repeats `check` until it neither throws nor returns `false` or `undefined`, and returns its value.
 * After `limitMs` (default 30 s) throws, with the last failure as message and cause.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { limitMs = 30_000, everyMs = 25, what = 'the condition' }: EventuallyOptions = {},
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + limitMs
  let failure: unknown
  for (;;) {
    try {
      const value = await check()
      if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>
      failure = undefined
    } catch (error) {
      failure = error
    }
    if (performance.now() >= deadline) break
    await pause(everyMs)
  }
  const reason = failure instanceof Error ? `: ${failure.message}` : ''
  throw new Error(`Waited ${limitMs} ms in vain for ${what}${reason}`, { cause: failure })
}
