import type { DerivedContest } from './draft-contest.js'
import type { PrecinctRow } from './precinct-file.js'
import { precinctKey } from './split-contests.js'

/** Over votes of one contest: precinct id → by channel. Contests that an office hides share its rows: a precinct votes on one of them. */
export function overVotesOf({ office, district, primaryOf, votes }: Pick<DerivedContest, 'office' | 'district' | 'votes'> & { primaryOf?: string | null }, rows: readonly PrecinctRow[], idByKey: ReadonlyMap<string, string>): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const row of rows) {
    const precinct = idByKey.get(precinctKey(row)) ?? ''
    if (row.office !== office || row.district !== district || !votes.has(precinct)) continue
    if (primaryOf !== undefined && primaryOf !== null && row.party !== primaryOf) continue
    const before = found.get(precinct)
    found.set(precinct, row.votes.map((count, channel) => count + (before?.[channel] ?? 0)))
  }
  return found
}

/** Ballots that are marked in too many places: each loses as many votes as it had, and has to have one mark more than that. */
export function overvotedBallots({ votesAllowed, options, overVotes }: DerivedContest, precinct: string, channel: number): number {
  return options.length > votesAllowed ? Math.floor((overVotes?.get(precinct)?.[channel] ?? 0) / votesAllowed) : 0
}
