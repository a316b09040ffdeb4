import { BALLOTS, FIRST_OPTION, OVERVOTES, UNDERVOTES } from '../structure/layout.js'

/** Contest counts by name; `votes` are the counted selections. `votes + undervotes + overvotes = votesAllowed × ballots`. */
export interface ContestCounts { ballots: number, undervotes: number, overvotes: number, votes: number, options: readonly number[] }

/** Names the places of contest counts (see `TALLY_VIEWS`). */
export function nameCounts(counts: readonly number[]): ContestCounts {
  const options = counts.slice(FIRST_OPTION)
  return {
    ballots: counts[BALLOTS] ?? 0,
    undervotes: counts[UNDERVOTES] ?? 0,
    overvotes: counts[OVERVOTES] ?? 0,
    votes: options.reduce((sum, votes) => sum + votes, 0),
    options,
  }
}

/** Standing of each option: rank 1 is the most votes, equal votes share a rank ("1, 2, 2, 4"). */
export function rankOptions(options: readonly number[]): number[] {
  return options.map((votes) => 1 + options.filter((other) => other > votes).length)
}

/** A share in per cent, or undefined where there is nothing to divide by. */
export function percentOf(numerator: number, denominator: number): number | undefined {
  return denominator === 0 ? undefined : (numerator / denominator) * 100
}
