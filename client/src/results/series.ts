/** Window sizes that a reader may choose, in seconds: whole multiples of the 10-second pane. */
export const WINDOW_SECONDS = [10, 60, 300, 900, 3600, 86_400] as const
export type WindowSeconds = (typeof WINDOW_SECONDS)[number]

/** More points than this say no more on a chart of this size. */
const MOST_POINTS = 120

export interface CountWindow { start: string, end: string, ballots: number, totals: readonly { option: { id: string }, votes: number }[] }

/** One point of a series: counts of the window that begins at `start` (ms). */
export interface SeriesPoint { start: number, end: number, ballots: number, votes: ReadonlyMap<string, number> }

/** ISO 8601, as `WindowInput.size` takes it. */
export function windowDuration(seconds: WindowSeconds): string {
  return `PT${seconds}S`
}

/** The smallest window that shows the whole span in at most 120 points. */
export function windowFor(spanMs: number): WindowSeconds {
  return WINDOW_SECONDS.find((seconds) => spanMs / (seconds * 1_000) <= MOST_POINTS) ?? 86_400
}

/**
 * Puts windows in order and fills the holes with zeros, so that an hour without a vote is seen as one. Holes before
 * the first and after the last window stay open; at most `MOST_POINTS` × 4 windows are drawn, the newest.
 */
export function fillWindows(windows: readonly CountWindow[], seconds: WindowSeconds): SeriesPoint[] {
  const size = seconds * 1_000
  const known = new Map(windows.map((window) => [Date.parse(window.start), window]))
  const starts = [...known.keys()].sort((a, b) => a - b)
  const [first, last] = [starts[0], starts.at(-1)]
  if (first === undefined || last === undefined) return []
  const from = Math.max(first, last - MOST_POINTS * 4 * size)
  const points: SeriesPoint[] = []
  for (let start = from; start <= last; start += size) {
    const window = known.get(start)
    points.push({
      start,
      end: start + size,
      ballots: window?.ballots ?? 0,
      votes: new Map(window?.totals.map((total) => [total.option.id, total.votes])),
    })
  }
  return points
}

/** A running sum over the points: what had been counted by the end of each. */
export function accumulate(points: readonly SeriesPoint[]): SeriesPoint[] {
  let ballots = 0
  const votes = new Map<string, number>()
  return points.map((point) => {
    ballots += point.ballots
    for (const [option, count] of point.votes) votes.set(option, (votes.get(option) ?? 0) + count)
    return { ...point, ballots, votes: new Map(votes) }
  })
}
