/** An entry of the ledger as far as a hand that counts needs it. Ids are the definition's own words; `castAt` in ms since 1970. */
export interface PaperBallot { box: number, seq: number, tracker: string, castAt: number, unit: string, selections: Readonly<Record<string, readonly string[]>> }

/** One contest of the ballot paper. `units`: where it is voted on. */
export interface PaperContest { id: string, votesAllowed: number, options: readonly string[], units: ReadonlySet<string> }

/** `releaseSize`: choices are shown of so many ballots at once, at least. */
export interface PaperElection { contests: readonly PaperContest[], releaseSize: number }

export interface PaperCount {
  add(ballot: PaperBallot): void
  /** As `Frame.counts` has them. */
  readonly counts: readonly number[]
}

/**
 * The count as one would do it by hand, ballot after ballot; it shares no code with the system that is checked.
 * More marks than allowed are no vote at all in that contest (NIST SP 1500-103: overvote).
 */
export function createPaperCount(contests: readonly PaperContest[]): PaperCount {
  const counts: number[] = []
  const places = contests.map((contest) => {
    const start = counts.length
    counts.push(0, 0, 0, ...contest.options.map(() => 0))
    return { contest, start, options: new Map(contest.options.map((option, at) => [option, start + 3 + at])) }
  })
  const raise = (at: number, by = 1): void => { counts[at] = (counts[at] ?? 0) + by }
  return {
    add({ unit, selections }) {
      for (const { contest, start, options } of places) {
        if (!contest.units.has(unit)) continue
        const marks = selections[contest.id] ?? []
        raise(start)
        if (marks.length > contest.votesAllowed) {
          raise(start + 2, contest.votesAllowed)
          continue
        }
        raise(start + 1, contest.votesAllowed - marks.length)
        for (const mark of marks) {
          const at = options.get(mark)
          if (at !== undefined) raise(at)
        }
      }
    },
    counts,
  }
}
