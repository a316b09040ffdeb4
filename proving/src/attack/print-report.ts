import { table } from '@livetally/bench/parts'
import { objectionsTo, type AttackReport } from './attack-report.js'

/** The figures of one attack or several, side by side, and what is to be objected to. */
export function printReports(reports: readonly AttackReport[]): string {
  return [
    table(['', ...reports.map(({ secrecy }) => secrecy)], ROWS.map(([title, show]) => [title, ...reports.map(show)])),
    '',
    ...reports.map((report) => {
      const objections = objectionsTo(report)
      return objections.length === 0 ? `${report.secrecy}: as it should be.` : objections.map((one) => `${report.secrecy}: ✖ ${one}.`).join('\n')
    }),
  ].join('\n')
}

const ROWS: readonly (readonly [title: string, show: (report: AttackReport) => string])[] = [
  ['ballots', ({ ballots }) => whole(ballots)],
  ['revisions', ({ revisions }) => whole(revisions)],
  ['published numbers of choices', ({ numbers }) => whole(numbers)],
  ['different sums among them (largest system)', ({ equations }) => whole(equations)],
  ['… that say something new', ({ rank }) => whole(rank)],
  ['unknowns', ({ unknowns }) => whole(unknowns)],
  ['ballots read by taking a revision from the next', ({ readByDifference, ballots }) => part(readByDifference, ballots)],
  ['ballots read by solving everything together', ({ readBySolving, ballots }) => part(readBySolving, ballots)],
  ['sets of fewer ballots than the release size', ({ smallSets }) => whole(smallSets)],
  ['ballots singled out by the moment at which a group was full', ({ readFromSizes }) => whole(readFromSizes.odd)],
  ['ballots known to agree with all others of a group, by that', ({ readFromSizes }) => whole(readFromSizes.alike)],
  ['receipts that narrow down to fewer', ({ receipts }) => part(receipts.narrow, receipts.asked)],
  ['receipts that tell more than the minute', ({ receipts, secrecy }) => secrecy === 'OPEN' ? '–' : part(receipts.exact, receipts.asked)],
  ['ballots of places that are too small and alone', ({ withoutSibling }) => whole(withoutSibling)],
  ['numbers that are no sum of what they should count', ({ unexplained }) => whole(unexplained.count)],
  ['frontiers that are not what the rules say', ({ frontier, secrecy }) => secrecy === 'OPEN' ? '–' : whole(frontier.problems.length)],
  ['solved in', ({ seconds }) => `${seconds.toFixed(1)} s`],
]

function whole(count: number): string {
  return count.toLocaleString('en-US')
}

function part(count: number, all: number): string {
  return `${whole(count)} of ${whole(all)}`
}
