/** Slows down who tries too often: so many attempts a minute at once, then one a step, and no more than a few waiting. */
export interface SlowDown {
  /** Takes an attempt, before anything is checked: let in after `waitMs` (0: now), or refused, with the time after which another has a chance. */
  take(who: string): { let: 'IN' | 'OUT', waitMs: number }
  /** Gives an attempt back that turned out to be right. */
  giveBack(who: string): void
}

/** Who is remembered at most; who came first is forgotten first. */
const MOST_REMEMBERED = 50_000
const MOST_WAITING = 10

/** Attempts are counted as debt in ms: each adds a step, and time pays it off. */
export function createSlowDown({ perMinute, now = Date.now }: { perMinute: number, now?: () => number }): SlowDown {
  const step = 10_000 / perMinute
  const atOnce = perMinute * step
  const paidOff = new Map<string, number>()

  return {
    take(who) {
      const time = now()
      const debt = Math.max(0, (paidOff.get(who) ?? 0) - time)
      const waitMs = Math.max(0, debt + step - atOnce)
      if (waitMs > MOST_WAITING * step + 0.5) return { let: 'OUT', waitMs: Math.ceil(waitMs - MOST_WAITING * step) }
      paidOff.delete(who)
      if (paidOff.size >= MOST_REMEMBERED) for (const first of paidOff.keys()) { paidOff.delete(first); break }
      paidOff.set(who, time + debt + step)
      return { let: 'IN', waitMs: Math.ceil(waitMs) }
    },
    giveBack(who) {
      const until = paidOff.get(who)
      if (until !== undefined) paidOff.set(who, until - step)
    },
  }
}
