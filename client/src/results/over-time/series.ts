import type { TimelineWindow, WindowVariables } from './documents.js'

/** Lengths that a reader may choose, in seconds: whole multiples of the 10-second pane. */
const WINDOW_SECONDS = [10, 60, 300, 900, 3600, 86_400] as const
export type WindowSeconds = (typeof WINDOW_SECONDS)[number]

/** How the trend is drawn, by the address: a running total, windows side by side, a moving sum, or stretches of voting. */
export const TREND_KINDS = ['cumulative', 'tumbling', 'hopping', 'session'] as const
export type TrendKind = (typeof TREND_KINDS)[number]

/** More points than this say no more on a chart of this size. */
const MOST_POINTS = 120
/** More windows than this are not offered: neither the server nor the eye gains by them. */
const MOST_OFFERED = 480
/** A moving sum is looked at six times within its length. */
const HOPS = 6

/** What the server is asked. `seconds` is the length of a window; of a session, how long nobody votes before it ends. */
export function windowInput(kind: TrendKind, seconds: WindowSeconds): WindowVariables {
  switch (kind) {
    case 'cumulative': return { kind: 'CUMULATIVE', size: `PT${seconds}S` }
    case 'tumbling': return { kind: 'TUMBLING', size: `PT${seconds}S` }
    case 'hopping': return { kind: 'HOPPING', size: `PT${seconds}S`, advance: `PT${stepOf(kind, seconds)}S` }
    case 'session': return { kind: 'SESSION', gap: `PT${seconds}S` }
  }
}

/** Seconds from one window to the next. */
function stepOf(kind: TrendKind, seconds: WindowSeconds): number {
  return kind === 'hopping' ? seconds / HOPS : seconds
}

/** A pause of less than this is no news. */
const LEAST_GAP_SECONDS = 300

/** The smallest length that shows the whole span in at most 120 points; of a session, 5 minutes at least. */
export function windowFor(kind: TrendKind, spanMs: number): WindowSeconds {
  return lengthsOf(kind).find((seconds) => spanMs / (stepOf(kind, seconds) * 1_000) <= MOST_POINTS && (kind !== 'session' || seconds >= LEAST_GAP_SECONDS)) ?? 86_400
}

/** Lengths that show the span in a sensible number of windows. */
export function offeredFor(kind: TrendKind, spanMs: number): WindowSeconds[] {
  return lengthsOf(kind).filter((seconds) => spanMs / (stepOf(kind, seconds) * 1_000) <= MOST_OFFERED)
}

function lengthsOf(kind: TrendKind): WindowSeconds[] {
  return WINDOW_SECONDS.filter((seconds) => kind !== 'hopping' || seconds > 10)
}

export function votesIn({ totals }: Pick<TimelineWindow, 'totals'>, option: string): number {
  return totals.find((total) => total.option.id === option)?.votes ?? 0
}

export type Point = readonly [at: number, votes: number]

/**
 * The line of one option. A total begins with nothing where the first window begins; a window's count stands where it
 * begins, a moving sum's where it ends, as far as it is over: what is still filling, and what reaches beyond the last
 * votes, would show a fall that is none. Between two sessions there is nothing; the last one ends at its height, where
 * its name stands.
 */
export function linePoints(kind: TrendKind, windows: readonly TimelineWindow[], option: string): Point[] {
  const spans = windows.map((window) => ({ start: Date.parse(window.start), end: Date.parse(window.end), votes: votesIn(window, option) }))
  const [first, last] = [spans[0], spans.at(-1)]
  if (first === undefined || last === undefined) return []
  const stepMs = (spans[1]?.start ?? last.end) - first.start
  switch (kind) {
    case 'cumulative': return [[first.start, 0], ...spans.map(({ end, votes }) => [end, votes] as const)]
    case 'tumbling': return [...spans.map(({ start, votes }) => [start, votes] as const), [last.end, last.votes]]
    case 'hopping': {
      const until = last.start + (windows.at(-1)?.isFinal === true ? stepMs : 0)
      const whole = spans.filter(({ end }) => end <= until)
      return (whole.length > 0 ? whole : [first]).map(({ end, votes }) => [end, votes] as const)
    }
    case 'session': return spans.flatMap(({ start, end, votes }) => [[start, 0], [start, votes], [end, votes], [end, 0]] as const).slice(0, -1)
  }
}
