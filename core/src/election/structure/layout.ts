import type { ContestShape } from './contest-shape.js'

/** Places in contest counts, and the first place of any row: the ballots. */
export const BALLOTS = 0
export const UNDERVOTES = 1
export const OVERVOTES = 2
/** Where the options begin in contest counts. */
export const FIRST_OPTION = 3

/**
 * How a row holds the counts of all contests of its scope in one vector: `[ballots, contest counts …]`, the contests in
 * ballot order. Contest counts are `[ballots, undervotes, overvotes, votes of option 0, of option 1 …]`.
 */
export interface Layout {
  readonly contests: readonly ContestShape[]
  /** Number of places. */
  readonly width: number
  /** Where the counts of a contest begin; undefined if it is not among them. */
  offsetOf(contest: string): number | undefined
  /** The counts of one contest, or `[ballots]` without one; undefined if the contest is not among them. */
  slice(counts: readonly number[], contest: string): readonly number[] | undefined
  /** For each place here, the place in a layout that holds all of these contests. */
  placesIn(other: Layout): Int32Array
}

/** Width of the counts of one contest. */
export function contestWidth({ optionIndex }: ContestShape): number {
  return FIRST_OPTION + optionIndex.size
}

export function createLayout(contests: readonly ContestShape[]): Layout {
  const offsets = new Map<string, number>()
  let width = 1
  for (const contest of contests) {
    offsets.set(contest.id, width)
    width += contestWidth(contest)
  }
  const placed = new Map<Layout, Int32Array>()
  const layout: Layout = {
    contests,
    width,
    offsetOf: (contest) => offsets.get(contest),
    slice(counts, contest) {
      if (contest === '') return counts.slice(0, 1)
      const offset = offsets.get(contest)
      return offset === undefined ? undefined : counts.slice(offset, offset + widthOf(contest))
    },
    placesIn(other) {
      const known = placed.get(other)
      if (known !== undefined) return known
      const places = new Int32Array(width)
      for (const contest of contests) {
        const from = offsets.get(contest.id) ?? 0
        const to = other.offsetOf(contest.id)
        if (to === undefined) throw new Error(`a scope holds the contest "${contest.id}" and what contains it does not`)
        for (let at = 0; at < contestWidth(contest); at += 1) places[from + at] = to + at
      }
      placed.set(other, places)
      return places
    },
  }
  const widths = new Map(contests.map((contest) => [contest.id, contestWidth(contest)]))
  const widthOf = (contest: string): number => widths.get(contest) ?? 0
  return layout
}
