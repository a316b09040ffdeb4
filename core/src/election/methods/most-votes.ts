/** Who is ahead in a contest, as places of options in ballot order. */
export interface Lead {
  /** Those who would be elected now; every tied option is named. Empty without votes. */
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

/** The `seats` options with the most votes are ahead. */
export function findMostVotes(votes: readonly number[], seats: number): Lead {
  const descending = votes.toSorted((one, other) => other - one)
  const lastElected = descending[Math.min(seats, descending.length) - 1] ?? 0
  const firstNotElected = descending[seats]
  if ((descending[0] ?? 0) === 0) return { leaders: [], elected: [], tiedForLast: [], isTied: false, margin: undefined }
  const threshold = Math.max(lastElected, 1)
  const leaders = votes.flatMap((got, at) => got >= threshold ? [at] : [])
  const isTied = firstNotElected !== undefined && lastElected > 0 && firstNotElected === lastElected
  return {
    leaders,
    elected: isTied ? leaders.filter((at) => (votes[at] ?? 0) > lastElected) : leaders,
    tiedForLast: isTied ? leaders.filter((at) => votes[at] === lastElected) : [],
    isTied,
    margin: firstNotElected === undefined ? undefined : lastElected - firstNotElected,
  }
}
