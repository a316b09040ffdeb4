/** Counts of one slice of event time: `[start, start + sizeMs)`, ms. 10 s as counted; older ones may have been rolled up. */
export interface Pane { readonly start: number, readonly sizeMs: number, readonly counts: readonly number[] }

export function paneEnd({ start, sizeMs }: Pane): number {
  return start + sizeMs
}

/** The place of the first pane that starts at or after `at`, in panes that ascend. */
export function firstPaneFrom(panes: readonly Pane[], at: number): number {
  let [low, high] = [0, panes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((panes[middle]?.start ?? Infinity) < at) low = middle + 1
    else high = middle
  }
  return low
}

export function addCounts(sum: number[], counts: readonly number[], sign: 1 | -1 = 1): void {
  counts.forEach((count, at) => { sum[at] = (sum[at] ?? 0) + sign * count })
}

export function zeros(width: number): number[] {
  return Array.from({ length: width }, () => 0)
}
