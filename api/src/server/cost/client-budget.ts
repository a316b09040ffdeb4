/** What one client may still have: fields answered, or attempts made. */
export interface ClientBudget {
  /** Takes so many of them; fewer than none gives back. What is taken too much is a debt, paid off by waiting. */
  take(amount: number): void
  /** Milliseconds until the debt is paid; 0 without one. */
  waitMs(): number
}

export type ClientBudgets = (who: string) => ClientBudget

interface Rate {
  perSecond: number
  burst: number
  /** Clients who are remembered. */
  most?: number
  now?: () => number
}

/** Fields a second that one client may have answered for good, and at once. Shared executions are charged once, to whoever came first. */
export const FIELDS_PER_SECOND = 50_000
export const FIELDS_AT_ONCE = 500_000

const MOST_REMEMBERED = 10_000

/** A budget per client (see `who-asks.ts`), by default in fields of answers. Of very many clients, those who took something longest ago are forgotten. */
export function createClientBudgets({ perSecond, burst, most = MOST_REMEMBERED, now = () => performance.now() }: Rate = { perSecond: FIELDS_PER_SECOND, burst: FIELDS_AT_ONCE }): ClientBudgets {
  const spent = new Map<string, { amount: number, at: number }>()
  const current = (who: string): number => {
    const known = spent.get(who)
    return known === undefined ? 0 : Math.max(0, known.amount - (now() - known.at) * perSecond / 1_000)
  }
  return (who) => ({
    take(amount) {
      const total = current(who) + amount
      spent.delete(who)
      const [longestAgo] = spent.keys()
      if (longestAgo !== undefined && spent.size >= most) spent.delete(longestAgo)
      spent.set(who, { amount: total, at: now() })
    },
    waitMs: () => Math.ceil(Math.max(0, current(who) - burst) / perSecond * 1_000),
  })
}
