import type { OnStuck } from '@livetally/core/store'
import type { Logger } from 'pino'

const AGAIN_AFTER_MS = 60_000
const MOST_TOLD = 20

/** Logs which elections are stuck: each once a minute for as long as it is, and no more than twenty a minute. */
export function tellStuck(logger: Logger, what: string, now: () => number = Date.now): OnStuck {
  const told = new Map<number, number>()
  return (election, error) => {
    for (const [key, at] of told) if (now() - at >= AGAIN_AFTER_MS) told.delete(key)
    if (told.has(election) || told.size >= MOST_TOLD) return
    told.set(election, now())
    logger.warn({ event: 'STUCK', election, err: error }, `${what}: election ${election} is stuck, the others go on. Tried again and again.`)
  }
}
