import { connect } from 'node:net'

/** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end, { once: true })
  })
}

/** Settles as the promise does, and rejects if that takes longer. */
export async function answerWithin<Result>(limitMs: number, answer: Promise<Result>): Promise<Result> {
  const settled = new AbortController()
  const limit = async (): Promise<never> => {
    await pause(limitMs, settled.signal)
    throw new Error(`no answer within ${limitMs} ms`)
  }
  try {
    return await Promise.race([answer, limit()])
  } finally {
    settled.abort()
  }
}

export interface Backoff {
  /** How long to wait this time: 100 ms, then twice as long each time, at most 2 s. */
  next(): number
  reset(): void
}

export function createBackoff(firstMs = 100, longestMs = 2_000): Backoff {
  let ms = firstMs
  return {
    next() {
      const now = ms
      ms = Math.min(ms * 2, longestMs)
      return now
    },
    reset() { ms = firstMs },
  }
}

/** Whether anybody listens at one of the addresses (`host:port`). */
export async function isAnyoneListening(addresses: readonly string[], limitMs = 2_000): Promise<boolean> {
  try {
    await Promise.any(addresses.map((address) => knock(address, limitMs)))
    return true
  } catch {
    return false
  }
}

function knock(address: string, limitMs: number): Promise<void> {
  const colon = address.lastIndexOf(':')
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) })
    socket.setTimeout(limitMs, () => socket.destroy(new Error(`${address} does not answer`)))
    socket.once('connect', () => { socket.destroy(); resolve() })
    socket.once('error', reject)
  })
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
