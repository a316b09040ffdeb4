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

export interface Lead {
  /** Places (in ballot order) of those who would be elected now; every tied option is named. Empty without votes. */
  leaders: number[]
  /** Those of them who are elected whatever becomes of a tie. */
  elected: number[]
  /** Those of them who have equally many votes, and more of them than seats are left. Empty without a tie. */
  tiedForLast: number[]
  /** True if somebody is tied for the last seat. */
  isTied: boolean
  /** Votes between the last elected and the first not elected; undefined without votes or without a rival. */
  margin: number | undefined
}

/** Who leads for `numberElected` seats. */
export function findLead(options: readonly number[], numberElected: number): Lead {
  const descending = options.toSorted((one, other) => other - one)
  const lastElected = descending[Math.min(numberElected, descending.length) - 1] ?? 0
  const firstNotElected = descending[numberElected]
  if ((descending[0] ?? 0) === 0) return { leaders: [], elected: [], tiedForLast: [], isTied: false, margin: undefined }
  const threshold = Math.max(lastElected, 1)
  const leaders = options.flatMap((votes, at) => votes >= threshold ? [at] : [])
  const isTied = firstNotElected !== undefined && lastElected > 0 && firstNotElected === lastElected
  return {
    leaders,
    elected: isTied ? leaders.filter((at) => (options[at] ?? 0) > lastElected) : leaders,
    tiedForLast: isTied ? leaders.filter((at) => options[at] === lastElected) : [],
    isTied,
    margin: firstNotElected === undefined ? undefined : lastElected - firstNotElected,
  }
}

/** A share in per cent, or undefined where there is nothing to divide by. */
export function percentOf(numerator: number, denominator: number): number | undefined {
  return denominator === 0 ? undefined : (numerator / denominator) * 100
}
