import type { Window, WindowKind } from '@livetally/core/election'

/** One thing to tell a viewer of a timeline. */
export interface WindowChange { readonly window: Window, readonly isWithdrawn: boolean }

export interface WindowChanges {
  /** Every window that ends at or before has been told as final, ms; nothing is said of it again. */
  readonly settledUntil: number
  /** What has changed since the last call, ascending by the end of the windows; withdrawn ones first. The windows must reach back to `settledUntil`. */
  take(windows: readonly Window[]): WindowChange[]
}

/**
 * Remembers what one viewer knows of a timeline: how far it is settled, and the newest windows that are not final. Each
 * window is told as final once, however many changes were told before. Older windows than the newest `remembered` that are
 * not final are told again only when they become so.
 */
export function createWindowChanges({ kind, settledUntil: first, remembered }: { kind: WindowKind, settledUntil: number, remembered: number }): WindowChanges {
  /** A session grows at its end, and all cumulative windows have one start. */
  const identityOf = (window: Window): number => kind === 'SESSION' ? window.start : window.end
  let settledUntil = first
  let told = new Map<number, Window>()

  return {
    get settledUntil() { return settledUntil },
    take(windows) {
      const open = windows.filter((window) => window.end > settledUntil)
      const known = new Set(open.map(identityOf))
      const withdrawn = [...told].flatMap(([id, window]): WindowChange[] => known.has(id) ? [] : [{ window: { ...window, counts: window.counts.map(() => 0) }, isWithdrawn: true }])
      const recent = new Map(open.slice(-remembered).filter(({ isFinal }) => !isFinal).map((window) => [identityOf(window), window]))
      const changed = open.filter((window) => window.isFinal || (recent.has(identityOf(window)) && !isSame(told.get(identityOf(window)), window)))
      told = recent
      settledUntil = open.findLast(({ isFinal }) => isFinal)?.end ?? settledUntil
      return [...withdrawn, ...changed.map((window) => ({ window, isWithdrawn: false }))]
    },
  }
}

function isSame(one: Window | undefined, other: Window): boolean {
  return one === other || (one !== undefined && one.start === other.start && one.end === other.end && one.isFinal === other.isFinal && one.counts.every((count, at) => count === other.counts[at]))
}
