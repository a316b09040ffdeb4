import { shuffle, type Random } from '../electorate/random.js'

/** Votes of one contest in one precinct and channel. */
export interface ContestCell {
  votes: readonly number[]
  votesAllowed: number
  /** Ballots with one mark more than allowed, beside those that carry the votes. */
  overvoted?: number
}

/** The fewest ballots that can carry these votes: no option twice on a ballot, no more marks than allowed. */
export function ballotsNeeded({ votes, votesAllowed }: ContestCell): number {
  const total = votes.reduce((sum, count) => sum + count, 0)
  return Math.max(Math.ceil(total / votesAllowed), 0, ...votes)
}

/**
 * Deals the votes over `ballots` ballots in a shuffled order, option after option, going round: an option has at most
 * as many votes as there are ballots, so it never meets a ballot twice, and no ballot gets more marks than allowed.
 * `mark` hears each vote as (ballot, mark number on that ballot, option). Ballots that get none stay blank in the contest.
 */
export function dealVotes({ votes, votesAllowed, overvoted = 0 }: ContestCell, ballots: number, random: Random, mark: (ballot: number, round: number, option: number) => void): void {
  const order = shuffle(Uint32Array.from({ length: ballots }, (_, at) => at), random)
  const good = ballots - overvoted
  let dealt = 0
  for (const [option, count] of votes.entries()) {
    for (let vote = 0; vote < count; vote += 1, dealt += 1) mark(order[dealt % good] ?? 0, Math.floor(dealt / good), option)
  }
  for (let at = good; at < ballots; at += 1) for (let round = 0; round <= votesAllowed; round += 1) mark(order[at] ?? 0, round, round)
}
