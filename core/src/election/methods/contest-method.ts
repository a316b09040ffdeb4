import type { ElectionDefinition } from '../definition/definition.js'
import type { ContestCounts } from '../results/contest-counts.js'
import type { ContestShape } from '../structure/contest-shape.js'
import type { VoteChannel } from '../vocabulary.js'
import type { Lead } from './most-votes.js'

/** Everything in which one way of voting differs from another: from the definition of a contest to who is elected. */
export interface ContestMethod {
  /** What is wrong with the definition of a contest; `field` is the key of the contest that has to change. */
  problemsOf(contest: ElectionDefinition['contests'][number]): { field: string, message: string }[]
  /** What is wrong with the marks of one ballot. Marks on paper are facts: only those that cannot be counted at all are problems. */
  problemsOfMarks(contest: ContestShape, marks: readonly string[], channel: VoteChannel): string[]
  /**
   * Adds what one ballot changes in the counts of its contest, which begin at `offset` (see `Layout`). `marks` is undefined where
   * the ballot leaves the contest out. False if it marks an option that the contest does not have.
   */
  addMarks(contest: ContestShape, marks: readonly string[] | undefined, offset: number, add: (place: number, amount: number) => void): boolean
  /** Why counts of a contest cannot be the sum of ballots; undefined if they can. */
  imbalanceOf(contest: ContestShape, counts: ContestCounts): string | undefined
  /** Whether so many ballots, whose counts begin at `offset`, all carry the same marks though the contest offers a choice. */
  areAlike(contest: ContestShape, counts: readonly number[], offset: number, ballots: number): boolean
  /** Who would be elected by these votes, one number per option in ballot order. */
  findLead(contest: ContestShape, votes: readonly number[]): Lead
  /** What the share of an option is a share of. */
  shareBase(counts: ContestCounts): number
}
