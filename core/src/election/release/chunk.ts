import { methodOf } from '../methods/index.js'
import { BALLOTS, contestWidth, type Layout } from '../structure/layout.js'

/** So many times the release size a chunk may have whose ballots are all alike: then they are not told apart by it any more than by a larger one. */
const MOST_SIZES = 3

/**
 * Whether ballots whose counts lie in `counts` from `base` on (see `Layout`) may be published together: at least `releaseSize`,
 * and in no contest that offers a choice with the same marks on all of them; or so many that waiting does not help.
 */
export function mayBeTold(layout: Layout, counts: readonly number[], base: number, releaseSize: number): boolean {
  const ballots = counts[base + BALLOTS] ?? 0
  if (ballots < releaseSize) return false
  return ballots >= MOST_SIZES * releaseSize || hasNoContestAlike(layout, counts, base, ballots)
}

/**
 * Whether a chunk that is filling is complete. It is looked at with once, twice and three times the release size and never
 * between: a chunk that ended with the very ballot that mixed it would name that ballot.
 */
export function isCompleteChunk(layout: Layout, counts: readonly number[], base: number, releaseSize: number): boolean {
  return (counts[base + BALLOTS] ?? 0) % releaseSize === 0 && mayBeTold(layout, counts, base, releaseSize)
}

function hasNoContestAlike({ contests }: Layout, counts: readonly number[], base: number, ballots: number): boolean {
  let offset = base + 1
  for (const contest of contests) {
    if (methodOf(contest).areAlike(contest, counts, offset, ballots)) return false
    offset += contestWidth(contest)
  }
  return true
}
