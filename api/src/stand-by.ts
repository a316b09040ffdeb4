import type { Readable } from 'node:stream'

/**
 * Waits to be called, with everything loaded and nothing open: resolves at the first line of input. False where the input ends
 * instead, because whoever would have called is gone.
 */
export function awaitCall(input: Readable): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isCalled: boolean): void => {
      input.removeAllListeners()
      // A late error of a pipe that nobody reads any more is nobody's business.
      input.on('error', () => undefined)
      input.destroy()
      resolve(isCalled)
    }
    input.once('data', () => settle(true))
    input.once('end', () => settle(false))
    input.once('error', () => settle(false))
  })
}
