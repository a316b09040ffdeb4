/** What was aimed at, and what was measured. */
export interface Goal { what: string, value: number, unit: string, bound: 'at most' | 'at least', aim: number }

export function isReached({ value, bound, aim }: Goal): boolean {
  return bound === 'at most' ? value <= aim : value >= aim
}

/** One line per goal for a terminal; a missed one cannot be overlooked. */
export function describeGoals(goals: readonly Goal[]): string {
  return goals.map((goal) => {
    const { what, value, unit, bound, aim } = goal
    return `  ${isReached(goal) ? 'reached' : 'MISSED '}  ${what}: ${brief(value)}${unit} (aim: ${bound} ${brief(aim)}${unit})`
  }).join('\n')
}

/** Three figures at least, none behind the point from 100 on. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2 })
}
