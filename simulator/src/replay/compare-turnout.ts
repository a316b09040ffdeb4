import { createComparison, type ContestComparison } from './compare.js'
import type { CountedTurnout } from './read-turnout.js'

/** Compares the ballots that were cast with those that were published: in all, and by place and channel. `cast`: `place/channel` → ballots. */
export function compareTurnout(cast: ReadonlyMap<string, number>, counted: CountedTurnout): ContestComparison {
  const comparison = createComparison('ballots')
  const total = [...cast.values()].reduce((sum, ballots) => sum + ballots, 0)
  comparison.check('in all', total, counted.total)
  for (const [place, ballots] of cast) comparison.check(place, ballots, counted.byPlace.get(place))
  for (const [place, ballots] of counted.byPlace) if (!cast.has(place)) comparison.check(place, 0, ballots)
  return comparison.end({ cast: total, counted: counted.total })
}
