import { createClientBudgets } from '../server/cost/client-budget.js'

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

export function createSlowDown({ perMinute, now = Date.now }: { perMinute: number, now?: () => number }): SlowDown {
  const perSecond = perMinute / 10
  const longestMs = MOST_WAITING / perSecond * 1_000
  const budgets = createClientBudgets({ perSecond, burst: perMinute, most: MOST_REMEMBERED, now })

  return {
    take(who) {
      const budget = budgets(who)
      budget.take(1)
      const waitMs = budget.waitMs()
      // A millisecond more is what rounding up adds.
      if (waitMs <= longestMs + 1) return { let: 'IN', waitMs }
      budget.take(-1)
      return { let: 'OUT', waitMs: Math.ceil(waitMs - longestMs) }
    },
    giveBack: (who) => { budgets(who).take(-1) },
  }
}
