import type { ElectionDefinitionInput, VoteChannel } from '@livetally/core/election'
import { draftContest, type DerivedContest } from './draft-contest.js'
import { createIds, idOf, isWriteIn } from './names.js'
import { partyOf } from './parties.js'
import type { PrecinctFile } from './precinct-file.js'
import { findPrecincts, type Precinct } from './precincts.js'
import { createUnitBook } from './reporting-units.js'
import { precinctKey, splitContests } from './split-contests.js'
import { inferVotesAllowed } from './votes-allowed.js'

/** A file's election: its definition, and the file's numbers by the ids of the definition. */
export interface DerivedElection {
  definition: ElectionDefinitionInput
  channels: readonly VoteChannel[]
  precincts: readonly Precinct[]
  contests: readonly DerivedContest[]
}

export interface DeriveOptions {
  slug: string
  name?: string
  /** Ms since 1970; the election opens a day before, and closes by command. */
  now: number
  /** Only the first so many precincts of the file. */
  limitUnits?: number
  /** Choices are held back in groups as those of a real election are; without it they are open, for the numbers of the file are public already. */
  isSecret?: boolean
}

const DAY_MS = 86_400_000

export function deriveElection(file: PrecinctFile, options: DeriveOptions): DerivedElection {
  const precincts = findPrecincts(file.rows).slice(0, options.limitUnits)
  const idByKey = new Map(precincts.map(({ key, id }) => [key, id]))
  const rows = file.rows.filter((row) => idByKey.has(precinctKey(row)))
  const book = createUnitBook(precincts)
  const ids = createIds()
  const drafts = splitContests(rows).map((contest) => draftContest(contest, idByKey, book, ids))
  const contests = drafts.map((draft) => ({ ...draft, votesAllowed: inferVotesAllowed(compareCells(draft, drafts, file.channels.length), draft.options.length) }))
  const parties = [...new Set(contests.flatMap((contest) => contest.options.flatMap(({ party }) => party ?? [])))].map(partyOf)
  const counties = [...new Set(precincts.map(({ county }) => county))]
  const definition: ElectionDefinitionInput = {
    slug: options.slug,
    name: options.name ?? `${counties.join(', ')}: replay of a precinct file`,
    description: 'Single ballots whose sums are the numbers of a published precinct file; times of day are invented. Not an official result.',
    opensAt: instant(options.now - DAY_MS),
    closesAt: instant(options.now + 3650 * DAY_MS),
    ballotSecrecy: options.isSecret === true ? 'SECRET' : 'OPEN',
    // Ballots arrive nearly in the order of their invented times, several thousand at once.
    time: { source: 'IMPORTED', disorderMs: 1_800_000, graceMs: 600_000 },
    // As many boxes as an API process has ledger transactions on the way: a request of 1,000 ballots makes two large ones.
    boxes: 2,
    parties,
    reportingUnits: [...book.units],
    contests: contests.map(definitionOf),
  }
  return { definition, channels: file.channels, precincts, contests }
}

function compareCells(contest: DerivedContest, all: readonly DerivedContest[], channels: number): { own: number[], others: number[] } {
  const cells = [...contest.votes.keys()].flatMap((precinct) => Array.from({ length: channels }, (_, channel) => ({ precinct, channel })))
  return {
    own: cells.map(({ precinct, channel }) => totalIn(contest, precinct, channel)),
    others: cells.map(({ precinct, channel }) => Math.max(0, ...all.map((other) => other === contest ? 0 : totalIn(other, precinct, channel)))),
  }
}

function totalIn({ votes }: DerivedContest, precinct: string, channel: number): number {
  return (votes.get(precinct) ?? []).reduce((sum, counts) => sum + (counts[channel] ?? 0), 0)
}

function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function definitionOf({ id, title, votesAllowed, reportingUnit, options }: DerivedContest): ElectionDefinitionInput['contests'][number] {
  return {
    id,
    title,
    reportingUnit,
    ...(votesAllowed > 1 ? { variation: 'N_OF_M', votesAllowed, numberElected: votesAllowed } : {}),
    options: options.map((option) => ({ id: option.id, name: option.name, isWriteIn: isWriteIn(option.candidate), ...(option.party === null ? {} : { party: idOf(option.party) }) })),
  }
}
