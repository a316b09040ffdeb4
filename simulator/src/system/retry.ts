export interface RetrySettings {
  /** After this time since the first attempt there is no further one. */
  giveUpAfterMs: number
  /** The first pause; each further one is about twice as long, up to `longestPauseMs`. */
  firstPauseMs: number
  longestPauseMs: number
}

export interface RetryPorts {
  now(): number
  pause(ms: number): Promise<void>
  /** 0 up to 1: keeps many clients from coming back in step. */
  chance(): number
}

export type Attempt<T> = { ok: true, value: T } | { ok: false, error: Error, mayRetry: boolean, retryAfterMs?: number }

/**
 * Calls `attempt` until it succeeds, fails in a way that no repetition mends, or time is up; then throws the last error.
 * The caller's request must be one that may arrive twice: votes carry their idempotency key for that.
 */
export async function withRetry<T>(
  attempt: (count: number) => Promise<Attempt<T>>,
  settings: RetrySettings,
  ports: RetryPorts,
  onRetry?: (error: Error, count: number) => void,
): Promise<T> {
  const startedAt = ports.now()
  for (let count = 1; ; count += 1) {
    const outcome = await attempt(count)
    if (outcome.ok) return outcome.value
    const pauseMs = Math.max(outcome.retryAfterMs ?? 0, pauseBefore(count, settings, ports.chance()))
    if (!outcome.mayRetry || ports.now() - startedAt + pauseMs > settings.giveUpAfterMs) throw outcome.error
    onRetry?.(outcome.error, count)
    await ports.pause(pauseMs)
  }
}

function pauseBefore(count: number, { firstPauseMs, longestPauseMs }: RetrySettings, chance: number): number {
  const full = Math.min(longestPauseMs, firstPauseMs * 2 ** (count - 1))
  return full * (0.5 + chance / 2)
}
