import { PANE_MS } from '../window.js'

/** Clocks are put forward (`by` > 0) or back at the instant `at`; ms. */
export interface ClockChange { readonly at: number, readonly by: number }

/** The clocks on the walls of one time zone. Instants are ms since 1970. */
export interface WallClock {
  /** What the clocks show at an instant, as ms since their own 1970: 86,400,000 between one midnight and the next. */
  reading(at: number): number
  /** The first change within (after, until]. */
  firstChange(after: number, until: number): ClockChange | undefined
  /** The last change within [from, until]. */
  lastChange(from: number, until: number): ClockChange | undefined
}

const DAY_MS = 86_400_000
/** About four months of one zone, or more zones than most installations have elections. */
const MOST_KEPT = 128

interface Day { readonly offset: number, readonly change: ClockChange | undefined }

const clocks = new Map<string, WallClock>()

/** The clocks of an IANA time zone, as `Intl` knows them. Those asked for last are kept, for finding out is slow. */
export function wallClock(timeZone: string): WallClock {
  const known = clocks.get(timeZone)
  if (known !== undefined) return known
  if (clocks.size >= MOST_KEPT) clocks.clear()
  const made = createWallClock(offsetOf(timeZone))
  clocks.set(timeZone, made)
  return made
}

/** `offset` says how far the clocks are ahead of UTC, ms. It changes at most once within a day of UTC. */
export function createWallClock(offset: (at: number) => number): WallClock {
  const days = new Map<number, Day>()
  const dayAt = (at: number): Day => {
    const number = Math.floor(at / DAY_MS)
    const known = days.get(number)
    if (known !== undefined) return known
    if (days.size >= MOST_KEPT) days.clear()
    const made = readDay(offset, number * DAY_MS)
    days.set(number, made)
    return made
  }
  const changesWithin = (from: number, until: number): ClockChange[] => {
    const changes: ClockChange[] = []
    for (let day = Math.floor(from / DAY_MS) * DAY_MS; day <= until; day += DAY_MS) {
      const { change } = dayAt(day)
      if (change !== undefined && change.at >= from && change.at <= until) changes.push(change)
    }
    return changes
  }
  return {
    reading(at) {
      const day = dayAt(at)
      return at + day.offset + (day.change !== undefined && at >= day.change.at ? day.change.by : 0)
    },
    firstChange: (after, until) => changesWithin(after, until).find(({ at }) => at > after),
    lastChange: (from, until) => changesWithin(from, until).at(-1),
  }
}

/** A change at midnight of UTC belongs to the day before: then the day begins with what holds after it. */
function readDay(offset: (at: number) => number, start: number): Day {
  const [before, after] = [offset(start), offset(start + DAY_MS)]
  if (before === after) return { offset: before, change: undefined }
  let [low, high] = [start, start + DAY_MS]
  while (high - low > PANE_MS) {
    const middle = Math.floor((low + high) / 2 / PANE_MS) * PANE_MS
    if (offset(middle) === before) low = middle
    else high = middle
  }
  return { offset: before, change: { at: high, by: after - before } }
}

/** In whole panes: until 1972 some clocks were off by odd seconds. */
function offsetOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  })
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
    const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
    return Math.round((shown - Math.floor(at / 1_000) * 1_000) / PANE_MS) * PANE_MS
  }
}
