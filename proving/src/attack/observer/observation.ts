import type { ScopeName } from '../equations/scopes.js'

/** The ways by which anybody learns of choices. */
export const PATHS = ['topic results', 'topic results.contests', 'topic results.breakdowns', 'topic results.windows', 'subscription', 'query', 'query asOf'] as const
export type Path = (typeof PATHS)[number]

/** Published counts of one contest: as in `Contributions`; undefined where a path does not tell one. */
export type TellsCounts = readonly (number | undefined)[]

/** One published number of choices, or several about the same ballots. */
export interface Observation {
  readonly path: Path
  readonly revision: number
  /** What it is about: the same at every revision in which it is published again. */
  readonly what: string
  /** Which ballots it may be about. Tried in this order. */
  readonly scopes: readonly ScopeName[]
  readonly contests: ReadonlyMap<string, TellsCounts>
}

/** What one revision says of the way it was counted. */
export interface ObservedRevision {
  readonly revision: number
  /** Box → entries of it that are counted. */
  readonly vector: ReadonlyMap<number, number>
  /** Row of view `frontier` → its counts, as of this revision: `box/cell` → `[seq, ballots released, joined]`. */
  readonly frontier: ReadonlyMap<string, readonly number[]>
}

/** All that an anonymous reader has seen of an election. */
export interface Observed {
  /** Ascending. */
  readonly revisions: readonly ObservedRevision[]
  /** Of each `what`, ascending by revision. */
  readonly observations: readonly Observation[]
  /** Places whose choices are told with another's at the end, each with that one. */
  readonly shownWith: ReadonlyMap<string, string>
  /** What was told that should never be: names of views that hold back. */
  readonly leaks: readonly string[]
}
