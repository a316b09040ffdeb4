import type { BallotSecrecy } from '@livetally/core/election'
import type { FrontierReport } from './frontier.js'
import type { ReceiptsReport } from './receipts.js'

/** What came of an attack on one election. All counts of ballots are of different ballots. */
export interface AttackReport {
  readonly secrecy: BallotSecrecy
  readonly ballots: number
  readonly releaseSize: number
  readonly revisions: number
  /** Published numbers that were taken into account. */
  readonly numbers: number
  /** Of the largest system: different sets of ballots whose sums are known, unknowns, and how many of the sets say something new. */
  readonly equations: number
  readonly unknowns: number
  readonly rank: number
  /** Ballots read by taking a revision from the next. */
  readonly readByDifference: number
  /** Ballots read by solving all equations together. */
  readonly readBySolving: number
  /** Sets of fewer ballots than the release size, but more than one, of which some sum is known. */
  readonly smallSets: number
  /** Ballots whose mark in a contest follows from how large their group became: see `ReadFromSizes`. */
  readonly readFromSizes: { readonly odd: number, readonly alike: number }
  readonly receipts: ReceiptsReport
  /** Ballots of places with fewer than the release size and no place to show them with. They are known from the start. */
  readonly withoutSibling: number
  /** Published numbers that are no sum of the ballots that they should count. */
  readonly unexplained: { readonly count: number, readonly examples: readonly string[] }
  readonly frontier: FrontierReport
  /** What is told that should never leave the database. */
  readonly leaks: readonly string[]
  readonly seconds: number
}

/** Part of open ballots that the attack must read, so that it is known to work. */
const WORKS_FROM = 0.9

/** What is wrong with it, a sentence each; none: secret ballots stayed secret, or open ones were read as they should be. */
export function objectionsTo({ secrecy, ballots, readByDifference, readBySolving, smallSets, readFromSizes, receipts, unexplained, frontier, leaks, releaseSize }: AttackReport): string[] {
  switch (secrecy) {
    case 'OPEN': return readBySolving >= WORKS_FROM * ballots ? [] : [`only ${readBySolving} of ${ballots} open ballots were read: the attack does not work`]
    case 'SECRET': return [
      [readByDifference, 'ballots were read by taking a revision from the next'],
      [readBySolving, 'ballots were read by solving'],
      [smallSets, `sets of fewer than ${releaseSize} ballots came out`],
      [readFromSizes.odd, 'ballots are the odd one of a group, known by the moment at which it was full'],
      [receipts.narrow, `receipts narrow their ballot down to fewer than ${releaseSize}`],
      [receipts.exact, 'receipts tell more than the minute'],
      [receipts.unexplained, 'receipts name a revision that is neither that of the turnout nor that of the choices'],
      [unexplained.count, `published numbers are no sum of released groups, such as ${unexplained.examples[0] ?? ''}`],
      [frontier.problems.length, `frontiers are not what the rules say, such as ${frontier.problems[0] ?? ''}`],
      [leaks.length, `kinds of rows left the database: ${leaks.join(', ')}`],
    ].flatMap(([count, says]) => count === 0 ? [] : [`${count} ${says}`])
    default: return secrecy satisfies never
  }
}
