import type { Ballot, CountChange, Structure, VoteChannel } from '@livetally/core/election'

/**
 * A cast ballot with all that is known of it from outside but its marks: who voted when, where and by which channel, in
 * which groups the voter is, and even its place in the ballot box. The marks are kept beside it to check what was read.
 */
export interface KnownBallot extends Ballot {
  readonly tracker: string
  readonly box: number
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly castAt: number
}

/** A correction that is counted: public, so that whoever attacks takes it off. */
export interface KnownCorrection { readonly seq: number, readonly unit: string, readonly channel: VoteChannel, readonly changes: readonly CountChange[] }

/** An entry of a ballot box that is no ballot. */
export interface KnownMark { readonly box: number, readonly seq: number, readonly kind: 'TICK' | 'SEAL', readonly castAt: number }

/** Everything that is in the ledger of one election. */
export interface Ledger {
  readonly ballots: readonly KnownBallot[]
  readonly marks: readonly KnownMark[]
  readonly corrections: readonly KnownCorrection[]
}

/** Counts of a contest are `[ballots, undervotes, overvotes, votes of option 0, of option 1 …]`. */
export const FIRST_OPTION = 3

/** What each ballot adds to the counts of a contest, side by side; zeros where the contest is not on its ballot. */
export interface Contributions { readonly width: number, readonly counts: Int32Array }

export function contributionsTo(contest: string, ballots: readonly KnownBallot[], { contests, ballotStyle }: Structure): Contributions {
  const shape = contests.get(contest)
  if (shape === undefined) throw new Error(`there is no contest ${contest}`)
  const width = FIRST_OPTION + shape.optionIndex.size
  const counts = new Int32Array(ballots.length * width)
  const votesHere = new Map<string, boolean>()
  ballots.forEach(({ unit, selections }, ballot) => {
    const known = votesHere.get(unit) ?? ballotStyle(unit).includes(shape)
    votesHere.set(unit, known)
    if (!known) return
    const base = ballot * width
    const marked = selections[contest] ?? []
    counts[base] = 1
    if (marked.length > shape.votesAllowed) {
      counts[base + 2] = shape.votesAllowed
      return
    }
    counts[base + 1] = shape.votesAllowed - marked.length
    for (const option of marked) {
      const at = shape.optionIndex.get(option)
      if (at === undefined) throw new Error(`there is no option ${option} in ${contest}`)
      counts[base + FIRST_OPTION + at] = 1
    }
  })
  return { width, counts }
}
