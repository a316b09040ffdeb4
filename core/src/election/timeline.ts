import { PANE_MS } from './window.js'

export interface Window { start: number, end: number, counts: number[], isFinal: boolean }

/**
 * Sums panes (ascending by start, ms) into tumbling windows of `sizeMs` (a whole number of panes), aligned to 1970.
 * Windows between the first and the last that got nothing are there with zeros. A window is final if it ends at or
 * before `finalUntil` (ms).
 */
export function tumblingWindows(
  panes: readonly [start: number, counts: readonly number[]][],
  { sizeMs, width, finalUntil, from, to }: { sizeMs: number, width: number, finalUntil: number, from?: number, to?: number },
): Window[] {
  if (sizeMs < PANE_MS || sizeMs % PANE_MS !== 0) throw new RangeError(`a window must be a whole number of ${PANE_MS / 1000} s panes`)
  const windowOf = (at: number): number => Math.floor(at / sizeMs) * sizeMs
  const wanted = panes.filter(([start]) => (from === undefined || windowOf(start) + sizeMs > from) && (to === undefined || windowOf(start) < to))
  const first = wanted[0]
  const last = wanted.at(-1)
  if (first === undefined || last === undefined) return []
  const start = windowOf(first[0])
  const windows = Array.from({ length: (windowOf(last[0]) - start) / sizeMs + 1 }, (_, at): Window => ({
    start: start + at * sizeMs,
    end: start + (at + 1) * sizeMs,
    counts: Array.from({ length: width }, () => 0),
    isFinal: start + (at + 1) * sizeMs <= finalUntil,
  }))
  for (const [paneStart, counts] of wanted) {
    const sum = windows[(windowOf(paneStart) - start) / sizeMs]?.counts
    counts.forEach((count, at) => { if (sum !== undefined) sum[at] = (sum[at] ?? 0) + count })
  }
  return windows
}
