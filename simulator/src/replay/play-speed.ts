import { setTimeout as pause } from 'node:timers/promises'

export type Speed = { kind: 'max' } | { kind: 'times', factor: number }

/** Reads `max` or a factor such as `60x`; null if it is neither. */
export function readSpeed(text: string): Speed | null {
  if (text === 'max') return { kind: 'max' }
  const factor = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1])
  return factor > 0 ? { kind: 'times', factor } : null
}

/** Lets items through as their seconds come, `factor` times as fast as the clock, beginning with the first one's. */
export async function* atSpeed<T extends { second: number }>(items: Iterable<T>, speed: Speed): AsyncGenerator<T> {
  const startedAt = performance.now()
  let first: number | null = null
  for (const item of items) {
    if (speed.kind === 'times') {
      first ??= item.second
      const waitMs = (item.second - first) / speed.factor * 1_000 - (performance.now() - startedAt)
      if (waitMs > 5) await pause(waitMs)
    }
    yield item
  }
}
