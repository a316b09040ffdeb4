import { useI18n } from 'vue-i18n'
import {
  formatClock, formatCount, formatDay, formatInstant, formatList, formatNear, formatPercent, formatRate, formatShort, formatShortDay, formatWholePercent, formatZone,
} from './format.js'
import { roundShares } from './round-shares.js'

/** The formats of `format.ts` in the language of the page, and `age`, which needs words. */
export function useFormat() {
  const { t, locale } = useI18n()
  return {
    count: (count: number) => formatCount(locale.value, count),
    rate: (rate: number) => formatRate(locale.value, rate),
    percent: (percent: number | null, rounded?: number | null) => formatPercent(locale.value, percent, rounded),
    /** Shares of one whole, so that they add up (see `roundShares`). */
    percents: (percents: readonly (number | null)[]) => {
      const rounded = roundShares(percents)
      return percents.map((percent, at) => formatPercent(locale.value, percent, rounded[at]))
    },
    whole: (percent: number) => formatWholePercent(locale.value, percent),
    short: (count: number) => formatShort(locale.value, count),
    instant: (instant: string | number, timeZone: string) => formatInstant(locale.value, instant, timeZone),
    day: (instant: string | number, timeZone: string) => formatDay(locale.value, instant, timeZone),
    shortDay: (instant: string | number, timeZone: string) => formatShortDay(locale.value, instant, timeZone),
    clock: (instant: string | number, timeZone: string, withSeconds = false) => formatClock(locale.value, instant, timeZone, withSeconds),
    zone: (instant: number, timeZone: string) => formatZone(locale.value, instant, timeZone),
    near: (instant: string | number, now: number) => formatNear(locale.value, instant, now),
    list: (names: readonly string[]) => formatList(locale.value, names),
    /** A length of time in its greatest unit: 12 s, 3 min, 2 h, 5 d. */
    age(ms: number): string {
      const seconds = Math.floor(ms / 1_000)
      if (seconds < 60) return t('live.seconds', { n: seconds })
      if (seconds < 3_600) return t('live.minutes', { n: Math.floor(seconds / 60) })
      if (seconds < 86_400) return t('live.hours', { n: Math.floor(seconds / 3_600) })
      return t('live.days', { n: Math.floor(seconds / 86_400) })
    },
  }
}
