import type { z } from 'zod'
import { ballotAcceptedSchema, parseBallotAccepted } from '../records/ballot-accepted.js'
import { ballotDecidedSchema, parseBallotDecided } from '../records/ballot-decided.js'
import { ballotSubmittedSchema, parseBallotSubmitted } from '../records/ballot-submitted.js'
import { boxTalliedSchema, parseBoxTallied } from '../records/box-tallied.js'
import { breakdownResultSchema, parseBreakdownResult } from '../records/breakdown-result.js'
import { contestResultSchema, parseContestResult } from '../records/contest-result.js'
import { electionChangedSchema, parseElectionChanged } from '../records/election-changed.js'
import type { Parsed } from '../records/event-format.js'
import { parseQuarantined, quarantinedSchema } from '../records/quarantined.js'
import { parseRankingResult, rankingResultSchema } from '../records/ranking-result.js'
import { parseResultsPublished, resultsPublishedSchema } from '../records/results-published.js'
import { TOPIC } from '../topics.js'
import { parseTurnoutResult, turnoutResultSchema } from '../records/turnout-result.js'
import { parseVoterRegistered, voterRegisteredSchema } from '../records/voter-registered.js'
import { parseWindowResult, windowResultSchema } from '../records/window-result.js'

/** One kind of event, as those outside need to know it. */
export interface EventKind {
  readonly name: string
  readonly topic: string
  /** `IN`: other systems write it and this one reads. `OUT`: this one writes it, for anybody to read. `WITHIN`: between its own parts; others may listen. */
  readonly direction: 'IN' | 'OUT' | 'WITHIN'
  /** What the key of its records reads like. */
  readonly key: string
  /** A sentence or two for those who read or write it. */
  readonly summary: string
  readonly schema: z.ZodType
  readonly parse: (value: Buffer | string | null) => Parsed<unknown>
}

/** Every event that travels, in the order of a ballot's way. A new kind of event belongs here, or nobody outside knows of it. */
export const EVENT_KINDS: readonly EventKind[] = [
  { name: 'BallotSubmitted', topic: TOPIC.ballotsIncoming, direction: 'IN', key: '<idempotency key>', schema: ballotSubmittedSchema, parse: parseBallotSubmitted,
    summary: 'A ballot of another system, signed with a key that was registered for it.' },
  { name: 'BallotDecided', topic: TOPIC.ballotsVerdicts, direction: 'OUT', key: '<idempotency key>', schema: ballotDecidedSchema, parse: parseBallotDecided,
    summary: 'What became of a submitted ballot, in the partition of the same number. Told at least once.' },
  { name: 'ElectionChanged', topic: TOPIC.elections, direction: 'OUT', key: 'e<election>', schema: electionChangedSchema, parse: parseElectionChanged,
    summary: 'An election was made, edited, or has changed its phase: ask for it anew.' },
  { name: 'VoterRegistered', topic: TOPIC.voters, direction: 'OUT', key: 'e<election>/<number>', schema: voterRegisteredSchema, parse: parseVoterRegistered,
    summary: 'One more person may vote, with polling place and groups, and without anything that says who. A number may be told again, with the same content.' },
  { name: 'BallotAccepted', topic: TOPIC.ballots, direction: 'WITHIN', key: 'e<election>/<box>', schema: ballotAcceptedSchema, parse: parseBallotAccepted,
    summary: 'An entry of a ballot box, in the order of `seq`, with repeats and perhaps gaps. It names no voter.' },
  { name: 'BoxTallied', topic: TOPIC.tallies, direction: 'WITHIN', key: 'e<election>', schema: boxTalliedSchema, parse: parseBoxTallied,
    summary: 'The tally of a ballot box has moved on: absolute counts of what changed.' },
  { name: 'ResultsPublished', topic: TOPIC.results, direction: 'OUT', key: 'e<election>', schema: resultsPublishedSchema, parse: parseResultsPublished,
    summary: 'A numbered revision of an election\'s results, in parts if it is large: the rows that changed since the one before, or all of them where `isFull` is true. Revisions may be missing here (while Kafka is away at most 50 wait, the newest) or come again: whoever has not seen the one before leaves later ones alone until the next full one, of which there is one in 200 at the least, or reads topics results.*, whose records are whole by themselves. What GraphQL shows is never without one: it is filled from Postgres.' },
  { name: 'ContestResult', topic: TOPIC.resultsContests, direction: 'OUT', key: 'e<election>/<contest>[/<unit>]', schema: contestResultSchema, parse: parseContestResult,
    summary: 'The votes of a contest, in the whole election or in a reporting unit. The greatest revision of a key is the truth.' },
  { name: 'TurnoutResult', topic: TOPIC.resultsTurnout, direction: 'OUT', key: 'e<election>[/<unit>]', schema: turnoutResultSchema, parse: parseTurnoutResult,
    summary: 'Ballots cast, by channel, with the eligible voters. The greatest revision of a key is the truth.' },
  { name: 'BreakdownResult', topic: TOPIC.resultsBreakdowns, direction: 'OUT', key: 'e<election>/[<contest>]/<attributes>', schema: breakdownResultSchema, parse: parseBreakdownResult,
    summary: 'Votes or ballots by groups of voters; ballots with the eligible voters of each group. The greatest revision of a key is the truth.' },
  { name: 'WindowResult', topic: TOPIC.resultsWindows, direction: 'OUT', key: 'e<election>/[<contest>]/<kind>/<start>', schema: windowResultSchema, parse: parseWindowResult,
    summary: 'What was cast within a window of time. The greatest revision of a key is the truth; a final one does not change any more.' },
  { name: 'RankingResult', topic: TOPIC.resultsRankings, direction: 'OUT', key: 'e<election>/<unit kind>', schema: rankingResultSchema, parse: parseRankingResult,
    summary: 'The reporting units of a kind with the most ballots, and those with the highest turnout. The greatest revision of a key is the truth.' },
  { name: 'Quarantined', topic: TOPIC.quarantine, direction: 'WITHIN', key: '<topic>/<partition>/<offset>', schema: quarantinedSchema, parse: parseQuarantined,
    summary: 'A record that could not be understood, with the reason and where it was.' },
]
