/** A revision by its number, and by what tells it from another of that number: a restored database may give a number again. */
export interface RevisionMark { revision: number, publishedAt: number }

/** Revisions that were shown and that Postgres has not confirmed since. */
export interface UnconfirmedRevisions {
  note(mark: RevisionMark): void
  /** Their numbers, in ascending order. */
  numbers(): number[]
  /** More were shown than are remembered: nobody can say whether Postgres holds them. */
  readonly areTooMany: boolean
  /** Whether what Postgres holds contradicts them. A number that it no longer holds may have been thinned out, and contradicts nothing. */
  areContradictedBy(stored: readonly RevisionMark[]): boolean
  /** All up to this number stand. The last is asked for again: what follows builds upon it. */
  confirm(upTo: number): void
  clear(): void
}

/** At ten a second, those of a quarter of an hour without Postgres. */
const MOST = 10_000

/**
 * What is shown is a sum of revisions that followed each other. After a restore a number may stand for another revision than the one
 * that was added up, and the next ones still follow by their numbers: every revision is held against Postgres once, not the newest alone.
 */
export function createUnconfirmedRevisions(most = MOST): UnconfirmedRevisions {
  let marks = new Map<number, number>()
  let areTooMany = false
  return {
    note({ revision, publishedAt }) {
      if (marks.size < most) marks.set(revision, publishedAt)
      else areTooMany = true
    },
    numbers: () => [...marks.keys()],
    get areTooMany() { return areTooMany },
    areContradictedBy: (stored) => stored.some(({ revision, publishedAt }) => (marks.get(revision) ?? publishedAt) !== publishedAt),
    confirm(upTo) {
      const last = [...marks.keys()].findLast((revision) => revision <= upTo)
      marks = new Map([...marks].filter(([revision]) => revision === last || revision > upTo))
    },
    clear() {
      marks = new Map()
      areTooMany = false
    },
  }
}
