/** Numbers and times as people of a language write them. All take the language first; all are pure. */

export function formatCount(locale: string, count: number): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(count)
}

/** One digit after the point, from 100 on none: rates such as ballots per second. */
export function formatRate(locale: string, rate: number): string {
  const digits = rate < 99.95 ? 1 : 0
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(rate)
}

/**
 * One digit after the point; null (nothing to take a share of) is a dash. What is not nothing is never 0.0 and what is not all
 * is never 100.0: "<0.1%", ">99.9%". `rounded` is the tenths that stand for it among its like (see `roundShares`).
 */
export function formatPercent(locale: string, percent: number | null, rounded = percent): string {
  if (percent === null || rounded === null) return '–'
  const write = (value: number) => new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value / 100)
  const tenths = Math.round(rounded * 10)
  if (percent > 0 && tenths <= 0) return `<${write(0.1)}`
  if (percent < 100 && tenths >= 1_000) return `>${write(99.9)}`
  if (percent > 100 && tenths <= 1_000) return `>${write(100)}`
  return write(rounded)
}

/** Round shares such as the end of a scale: no digit after the point. */
export function formatWholePercent(locale: string, percent: number): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(percent / 100)
}

/** Large axis labels: 1.2K, 3M. */
export function formatShort(locale: string, count: number): string {
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(count)
}

/** Date, time and zone, such as "3 Nov 2026, 20:00 CET". */
export function formatInstant(locale: string, instant: string | number, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone, year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
  }).format(new Date(instant))
}

export function formatDay(locale: string, instant: string | number, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: 'long', day: 'numeric' }).format(new Date(instant))
}

/** Along an axis: "3 Nov". */
export function formatShortDay(locale: string, instant: string | number, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone, month: 'short', day: 'numeric' }).format(new Date(instant))
}

/** Hours and minutes (and seconds where asked). */
export function formatClock(locale: string, instant: string | number, timeZone: string, withSeconds = false): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(withSeconds ? { second: '2-digit' } : {}),
  }).format(new Date(instant))
}

export function formatZone(locale: string, instant: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(new Date(instant))
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone
}

/** Within an hour of now: "in 12 minutes", "3 minutes ago", "now"; null beyond, where the absolute time is said instead. */
export function formatNear(locale: string, instant: string | number, now: number): string | null {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1_000)
  if (Math.abs(seconds) >= 3_600) return null
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  return Math.abs(seconds) < 60 ? words.format(seconds, 'second') : words.format(Math.round(seconds / 60), 'minute')
}

/** "A, B and C". */
export function formatList(locale: string, names: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names)
}
