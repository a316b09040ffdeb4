import { votesOf, type CountedRow } from './counted-row.js'
import { groupBy, precinctKey } from './split-contests.js'

/** Ballots of a precinct, by the file's columns of channels, and those of no told channel. */
export interface BallotCounts { known: readonly number[], unknown: number }

/**
 * One number for each precinct, of the rows that give it (registered voters, ballots cast): of the row for everybody
 * where there is one, else the sum of those of parties. Two rows for everybody that differ are said in `warnings`.
 */
export function countsOfPrecincts(what: string, rows: readonly CountedRow[], warnings: string[]): Map<string, BallotCounts> {
  return new Map(groupBy(rows, precinctKey).map((ofPrecinct) => {
    const forAll = ofPrecinct.filter((row) => row.party === null && !/\b(dem|rep|democratic|republican|nonpartisan)\b/i.test(`${row.office} ${row.candidate}`))
    const [first, ...twins] = forAll
    const differing = twins.find((row) => first !== undefined && votesOf(row) !== votesOf(first))
    if (first !== undefined && differing !== undefined) warnings.push(`Lines ${first.line} and ${differing.line}: ${what} of ${first.precinct} are ${votesOf(first)} and ${votesOf(differing)}; the first is used.`)
    const used = first === undefined ? ofPrecinct : [first]
    const [any] = ofPrecinct
    const known = (used[0]?.known ?? []).map((_, at) => used.reduce((sum, row) => sum + (row.known[at] ?? 0), 0))
    return [any === undefined ? '' : precinctKey(any), { known, unknown: used.reduce((sum, { unknown }) => sum + unknown, 0) }] as const
  }))
}
