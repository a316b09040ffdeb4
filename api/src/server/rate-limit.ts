import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Counts attempts of somebody within a minute. */
export interface AttemptLimit {
  /** Milliseconds until the next attempt is allowed; 0 if it is allowed now. */
  waitMs(who: string): Promise<number>
  count(who: string): Promise<void>
}

export function createAttemptLimit(perMinute: number): AttemptLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 })
  return {
    async waitMs(who) {
      const state = await limiter.get(who)
      return state !== null && state.consumedPoints >= perMinute ? state.msBeforeNext : 0
    },
    async count(who) {
      await limiter.penalty(who)
    },
  }
}

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
