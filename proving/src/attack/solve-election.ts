import type { Structure } from '@livetally/core/election'
import type { AttackReport } from './attack-report.js'
import type { Ledger } from './ballots.js'
import { createEquationBook } from './equations/equation-book.js'
import { releasesIfSecret, tellEveryBallot, tellingsOf } from './equations/tellings.js'
import { judgeFrontier } from './frontier.js'
import { readFromSizes } from './full-chunks.js'
import type { Observed } from './observer/observation.js'
import { judgeReceipts, type ObservedReceipt } from './receipts.js'
import type { Releases } from './releases.js'
import { solve, type Solved } from './solver/solve.js'

export interface SolveElectionOptions {
  structure: Structure
  ledger: Ledger
  observed: Observed
  receipts: readonly ObservedReceipt[]
  seed: string
  /** See `SolveOptions`. */
  rounds: number
}

/**
 * Reads what can be read off all that was published, with the strongest knowledge: who voted when, where, by which channel
 * and in which groups, the order of every box, and each released chunk as if it had come in a revision of its own.
 */
export function solveElection({ structure, ledger, observed, receipts, seed, rounds }: SolveElectionOptions): AttackReport {
  const began = performance.now()
  const { ballotSecrecy: secrecy, releaseSize } = structure.definition
  const releases = releasesIfSecret(structure, ledger)
  const tellings = tellingsOf(structure, ledger, releases, observed.shownWith)
  const everyBallot = tellEveryBallot(structure, ledger)
  const book = createEquationBook(structure, ledger, tellings)
  const revisions = new Map(observed.revisions.map((revision) => [revision.revision, revision]))
  for (const observation of observed.observations) {
    const revision = revisions.get(observation.revision)
    if (revision !== undefined) book.write(observation, revision)
  }
  for (const { ballots: chunk } of releases?.chunks ?? []) book.writeSet(Int32Array.from(chunk).sort())
  const known = new Set(releases?.chunks.filter(({ isAlone }) => isAlone).flatMap(({ ballots }) => ballots))
  const solved = book.systems.map(({ sets }): Solved => solve({
    sets: sets.map((set) => known.size === 0 ? set : set.filter((ballot) => !known.has(ballot))),
    ballots: ledger.ballots.length, size: releaseSize, seed, rounds: secrecy === 'OPEN' ? 0 : rounds,
  }))
  const largest = solved.reduce<Solved | undefined>((most, one) => most !== undefined && most.rank >= one.rank ? most : one, undefined)
  const sizes = releases === undefined ? { odd: [], alike: [] } : readFromSizes(structure, ledger.ballots, releases)
  return {
    secrecy, ballots: ledger.ballots.length, releaseSize, revisions: observed.revisions.length, numbers: book.numbers,
    equations: largest?.equations ?? 0, unknowns: largest?.unknowns ?? 0, rank: largest?.rank ?? 0,
    readByDifference: [...book.alone].filter((ballot) => !known.has(ballot)).length,
    readBySolving: new Set(solved.flatMap(({ read }) => read)).size,
    smallSets: new Set(solved.flatMap(({ smallSets }) => smallSets.map((set) => set.join()))).size,
    readFromSizes: { odd: sizes.odd.length, alike: sizes.alike.length },
    receipts: judgeReceipts(receipts.filter(({ ballot }) => !known.has(ballot)), ledger, tellings[0] ?? everyBallot, releases === undefined ? tellings[0] ?? everyBallot : everyBallot, observed.revisions, releaseSize),
    withoutSibling: known.size,
    unexplained: book.unexplained,
    frontier: frontierOf(structure, ledger, releases, observed),
    leaks: observed.leaks,
    seconds: (performance.now() - began) / 1_000,
  }
}

function frontierOf(structure: Structure, ledger: Ledger, releases: Releases | undefined, { revisions }: Observed) {
  return releases === undefined ? { rows: 0, problems: [] } : judgeFrontier(structure, ledger, releases, revisions)
}
