import type { VoteChannel } from '@livetally/core/election'
import type { DerivedElection } from './derive-election.js'
import { compareUncast } from './compare-uncast.js'
import type { PlainRow } from './plain-sums.js'
import type { PrecinctFile } from './precinct-file.js'
import type { SetAside } from './set-aside.js'

const MOST_DIFFERENCES = 100

/** What a replay would cast, as `--dry-run` prints it. */
export interface DryRun {
  channels: readonly VoteChannel[]
  isPrimary: boolean
  contests: { id: string, title: string, votesAllowed: number, precincts: number, votes: number, options: { id: string, name: string, party: string | null, votes: number, byChannel: number[] }[] }[]
  precincts: { id: string, name: string, isPlace: boolean, registeredVoters: number | null, ballotsCast: number | null }[]
  sums: { rows: number, votes: number, overVotes: number, underVotes: number, registeredVoters: number, ballotsCast: number }
  setAside: readonly SetAside[]
  ignoredColumns: readonly string[]
  warnings: readonly string[]
  /** The single ballots that would be cast, held against sums of the file by code of their own. */
  summedApart: { compared: number, differences: string[] }
}

export function describeDryRun(file: PrecinctFile, derived: DerivedElection, plain: readonly PlainRow[]): DryRun {
  const { contests, precincts, channels, ballots } = derived
  const { compared, differences } = compareUncast(derived, plain)
  return {
    channels,
    isPrimary: file.isPrimary,
    contests: contests.map(({ id, title, votesAllowed, options, votes }) => {
      const described = options.map((option, at) => {
        const byChannel = channels.map((_, channel) => sum([...votes.values()].map((counts) => counts[at]?.[channel] ?? 0)))
        return { id: option.id, name: option.name, party: option.party, votes: sum(byChannel), byChannel }
      })
      return { id, title, votesAllowed, precincts: votes.size, votes: sum(described.map((option) => option.votes)), options: described }
    }),
    precincts: precincts.map(({ id, key, name, isPlace }) => {
      const cast = ballots?.get(id)
      return { id, name, isPlace, registeredVoters: file.registered.get(key) ?? null, ballotsCast: cast === undefined ? null : sum(cast) }
    }),
    sums: {
      rows: file.rows.length,
      votes: sum(file.rows.flatMap((row) => row.votes)),
      overVotes: sum(file.overVotes.flatMap((row) => row.votes)),
      underVotes: sum(file.underVotes.flatMap((row) => row.votes)),
      registeredVoters: sum([...file.registered.values()]),
      ballotsCast: sum([...file.ballots.values()].flat()),
    },
    setAside: file.setAside,
    ignoredColumns: file.ignoredColumns,
    warnings: file.warnings,
    summedApart: { compared, differences: differences.slice(0, MOST_DIFFERENCES) },
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
