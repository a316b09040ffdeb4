import type { ElectionDefinitionInput, VoteChannel } from '@livetally/core/election'
import { draftContest, standsAsWriteIn, type DerivedContest } from './draft-contest.js'
import { createIds, idOf, type Ids } from './names.js'
import { overVotesOf } from './over-votes.js'
import { partyOf } from './parties.js'
import type { PrecinctFile, PrecinctRow } from './precinct-file.js'
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
  /** Precinct id → ballots cast, by channel, where the file counts them: more than its votes need, if some are blank. */
  ballots?: ReadonlyMap<string, readonly number[]>
}

/** What an election is made of. */
export type DerivableFile = Pick<PrecinctFile, 'channels' | 'rows'> & Partial<PrecinctFile>

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

export function deriveElection(file: DerivableFile, options: DeriveOptions): DerivedElection {
  const precincts = findPrecincts(file.rows).slice(0, options.limitUnits)
  const idByKey = new Map(precincts.map(({ key, id }) => [key, id]))
  const rows = file.rows.filter((row) => idByKey.has(precinctKey(row)))
  const book = createUnitBook(precincts, file.registered)
  const ids = createIds()
  const drafts = splitContests(rows, file).map((contest) => draftContest(contest, idByKey, book, ids, file))
  const ballots = new Map([...file.ballots ?? []].flatMap(([key, counts]) => {
    const id = idByKey.get(key)
    return id === undefined ? [] : [[id, counts] as const]
  }))
  const known = drafts.map((draft) => ({ ...draft, votesAllowed: votesAllowedOf(draft, rows) ?? (fitsBallots(draft, ballots) ? 1 : inferVotesAllowed(compareCells(draft, drafts, file.channels.length), draft.options.length)) }))
  const contests = known.map((contest) => ({ ...contest, overVotes: overVotesOf(contest, file.overVotes ?? [], idByKey) }))
  const partyIds = createIds()
  const parties = [...new Set(contests.flatMap((contest) => contest.options.flatMap(({ party }) => party ?? [])))].map((code) => partyOf(code, partyIds.of(code, idOf(code))))
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
    contests: contests.map((contest) => definitionOf(contest, partyIds)),
  }
  return { definition, channels: file.channels, precincts, contests, ballots }
}

/** True where the file counts the ballots of every precinct of a contest, and none of them has more votes than ballots. */
function fitsBallots({ votes }: DerivedContest, ballots: ReadonlyMap<string, readonly number[]>): boolean {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
  return [...votes].every(([precinct, counts]) => sum(counts.flat()) <= sum(ballots.get(precinct) ?? [-1]))
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

/** What the file says of how many marks a voter has; no more than there are options. */
function votesAllowedOf({ options }: DerivedContest, rows: readonly PrecinctRow[]): number | null {
  const lines = new Set(options.flatMap((option) => option.lines ?? []))
  const said = rows.flatMap(({ line, voteFor }) => voteFor !== undefined && lines.has(line) ? [voteFor] : [])
  return said.length === 0 ? null : Math.min(options.length, 100, said.reduce((most, count) => Math.max(most, count), 1))
}

function definitionOf({ id, title, votesAllowed, reportingUnit, options }: DerivedContest, partyIds: Ids): ElectionDefinitionInput['contests'][number] {
  return {
    id,
    title,
    reportingUnit,
    ...(votesAllowed > 1 ? { variation: 'N_OF_M', votesAllowed, numberElected: votesAllowed } : {}),
    options: options.map((option) => ({ id: option.id, name: option.name.slice(0, 200), isWriteIn: standsAsWriteIn(option.candidate), ...(option.party === null ? {} : { party: partyIds.of(option.party, idOf(option.party)) }) })),
  }
}
