const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 }

/** The longest that a token may be valid: a year. */
export const LONGEST_LIFETIME_S = 31_536_000

/** Seconds of a lifetime such as `12h`, `30d` or `1y`; undefined if it is none. */
export function durationOf(text: string): number | undefined {
  const match = /^(\d{1,6})([smhdwy])$/.exec(text.trim())
  const unit = SECONDS[match?.[2] ?? '']
  return unit === undefined || Number(match?.[1]) === 0 ? undefined : Number(match?.[1]) * unit
}
