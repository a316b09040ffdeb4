import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { rateLimited } from './errors.js'

/** Takes one request of somebody's share of a minute. Returns how long they have to wait, in ms; 0 if they need not. */
export type RequestLimit = (who: string) => Promise<number>

export function createRequestLimit(perMinute: number): RequestLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 })
  return async (who) => {
    try {
      await limiter.consume(who)
      return 0
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext)
      throw refused
    }
  }
}

/** Takes one request of somebody's share. Throws RATE_LIMITED where there is none left. */
export async function takeRequest(limit: RequestLimit, who: string): Promise<void> {
  const waitMs = await limit(who)
  if (waitMs > 0) throw rateLimited('Too many requests came from you within a minute.', waitMs)
}
