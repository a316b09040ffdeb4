import { BALLOT_SECRECIES, ELECTION_PHASES, RANKING_ORDERS, REPORTING_UNIT_KINDS, RESULTS_STATUSES, RESULTS_VISIBILITIES, TIME_SOURCES, VOTE_CHANNELS, VOTE_VARIATIONS, WINDOW_KINDS } from '@livetally/core/election'
import { registerEnumType } from 'type-graphql'

/** Makes a GraphQL enum of a closed vocabulary; the object is what decorators name. */
export function enumOf<Word extends string>(name: string, description: string, words: readonly Word[]): Readonly<Record<Word, Word>> {
  const members = Object.fromEntries(words.map((word) => [word, word])) as Record<Word, Word>
  registerEnumType(members, { name, description })
  return members
}

export const ElectionPhase = enumOf('ElectionPhase', 'Where an election is between being drafted and being certified. Votes are accepted while it is OPEN.', ELECTION_PHASES)
export const ResultsVisibility = enumOf('ResultsVisibility', 'When everybody may see results.', RESULTS_VISIBILITIES)
export const BallotSecrecy = enumOf('BallotSecrecy', 'SECRET: choices are published in groups of ballots, so that none can be read off. OPEN: with every ballot.', BALLOT_SECRECIES)
export const VoteVariation = enumOf('VoteVariation', 'How a contest is voted (NIST SP 1500-100 VoteVariation).', VOTE_VARIATIONS)
export const VoteChannel = enumOf('VoteChannel', 'The way a ballot came (NIST SP 1500-100 CountItemType).', VOTE_CHANNELS)
export const ReportingUnitKind = enumOf('ReportingUnitKind', 'What a reporting unit is (NIST SP 1500-100 ReportingUnitType).', REPORTING_UNIT_KINDS)
export const ResultsStatus = enumOf('ResultsStatus', 'How far results can be relied on. UNOFFICIAL_COMPLETE: every ballot of every sealed ballot box is in them. CORRECTION, RECOUNT: so it is, and clerks have corrected counts; RECOUNT if one of the corrections was a recount\'s.', RESULTS_STATUSES)
export const TimeSource = enumOf('TimeSource', 'Whose clock says when a ballot was cast: the ledger\'s, or that of the source which brought it.', TIME_SOURCES)

export const ShareBasis = enumOf('ShareBasis', 'What a share is a share of.', ['ELIGIBLE_VOTERS', 'VALID_VOTES', 'BALLOTS_CAST'])
export type ShareBasis = keyof typeof ShareBasis

export const WindowKind = enumOf('WindowKind', 'How event time is cut. TUMBLING: windows of one size, side by side. HOPPING: windows of one size that overlap. CUMULATIVE: everything until the end of each step. SESSION: ballots without a pause between them.', WINDOW_KINDS)
export const RankingOrder = enumOf('RankingOrder', 'By ballots cast, or by ballots cast for each registered voter.', RANKING_ORDERS)

export const Role = enumOf('Role', 'Who is asking.', ['ANONYMOUS', 'VOTER', 'INGEST', 'OBSERVER', 'AUDITOR', 'CLERK', 'MANAGER'])
export type Role = keyof typeof Role

export const ElectionOrder = enumOf('ElectionOrder', 'Orders of a list of elections.', ['OPENS_AT_ASC', 'OPENS_AT_DESC', 'NAME_ASC', 'NAME_DESC'])
export const ReportingUnitOrder = enumOf('ReportingUnitOrder', 'Orders of a list of reporting units.', ['NAME_ASC', 'NAME_DESC'])
export type ReportingUnitOrder = keyof typeof ReportingUnitOrder
export const UnitTurnoutOrder = enumOf('UnitTurnoutOrder', 'Orders of turnout by unit. Units whose number is not known come last.', [
  'NAME_ASC', 'NAME_DESC', 'BALLOTS_ASC', 'BALLOTS_DESC', 'TURNOUT_ASC', 'TURNOUT_DESC', 'ELIGIBLE_ASC', 'ELIGIBLE_DESC',
])
export type UnitTurnoutOrder = keyof typeof UnitTurnoutOrder

export const ReissueRefusalReason = enumOf('ReissueRefusalReason', 'Why a voter gets no new voting code.', ['NOT_ON_ROLL', 'HAS_VOTED', 'VOTING_ENDED'])
export type ReissueRefusalReason = keyof typeof ReissueRefusalReason

export const ReceiptState = enumOf('ReceiptState', 'How far a ballot has come: in the ledger, in a tally, in published results.', ['ACCEPTED', 'TABULATED', 'PUBLISHED'])
export type ReceiptState = keyof typeof ReceiptState

export const ComponentState = enumOf('ComponentState', 'Whether a part of the system answers.', ['UP', 'DOWN', 'NOT_USED'])
export type ComponentState = keyof typeof ComponentState
