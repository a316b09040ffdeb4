import type { Trouble } from './story.js'

/** The clock and its timers as a port, so that a simulation can hold them. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970, for stamps that people see. */
  wallTime(): number
  /** Resolves after `ms`, or at once when the signal aborts. */
  delay(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  delay: (ms, signal) => new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  }),
}

export interface Loop extends AsyncDisposable {
  /** Runs the step soon, without waiting for the pause to end. */
  wake(): void
}

/**
 * Runs `step` again and again; it returns how long to pause in ms. A step that throws is reported and tried again
 * after a backoff of 100 ms to 2 s: a loop never ends before it is disposed. The first step that succeeds after that ends the trouble.
 */
export function startLoop(clock: Clock, step: () => Promise<number>, trouble: Trouble | ((error: unknown) => void)): Loop {
  const { met, over } = typeof trouble === 'function' ? { met: trouble, over: () => undefined } : trouble
  let pause = new AbortController()
  let isStopping = false
  let isAwake = false
  const run = async (): Promise<void> => {
    let backoff = 100
    while (!isStopping) {
      isAwake = false
      let wait: number
      try {
        wait = await step()
        backoff = 100
        over()
      } catch (error) {
        met(error)
        wait = backoff
        backoff = Math.min(backoff * 2, 2_000)
      }
      if (isStopping) return
      // A pause that nobody cut short leaves its signal as it was.
      if (pause.signal.aborted) pause = new AbortController()
      await (isAwake || wait <= 0 ? clock.delay(0) : clock.delay(wait, pause.signal))
    }
  }
  const finished = run()
  return {
    wake() {
      isAwake = true
      // Without a reason an error is made, with a stack that nobody reads.
      pause.abort('woken')
    },
    async [Symbol.asyncDispose]() {
      isStopping = true
      pause.abort()
      await finished
    },
  }
}
