/** Longer than any query may take. */
const READING_MS = 10_000

export interface RevisionReaders {
  note(revision: number): void
  /** The oldest revision that somebody may still be reading; the newest one if nobody is. */
  oldest(newest: number): number
}

/** Remembers which revisions were handed to readers lately: those must stay readable, and no others. */
export function createRevisionReaders(now: () => number): RevisionReaders {
  const handedOut = new Map<number, number>()
  return {
    note(revision) {
      handedOut.set(revision, now())
    },
    oldest(newest) {
      let oldest = newest
      for (const [revision, at] of handedOut) {
        if (now() - at > READING_MS) handedOut.delete(revision)
        else oldest = Math.min(oldest, revision)
      }
      return oldest
    },
  }
}
