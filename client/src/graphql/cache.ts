import { cacheExchange } from '@urql/exchange-graphcache'

/** Types without an identity of their own live inside their parent; everything else is kept once, by its id. */
const embedded = [
  'ElectionResults', 'ContestResults', 'OptionResult', 'PartyResult', 'ChannelResult', 'ChannelBallots', 'Share',
  'AttributeValue', 'BreakdownDefinition', 'Breakdown', 'BreakdownCell', 'WindowResult', 'BoxPosition', 'BallotRates', 'HourResult', 'TopUnit', 'CorrectionLine', 'CountChange',
  'UnitTurnout', 'UnitTurnoutConnection', 'UnitTurnoutEdge', 'ContestUnitResult', 'ContestUnitConnection', 'ContestUnitEdge',
  'ElectionConnection', 'ElectionEdge', 'ReportingUnitConnection', 'ReportingUnitEdge', 'PageInfo',
  'ReceiptStatus', 'Receipt', 'Viewer', 'VoterSession', 'SystemStatus', 'ElectionStatus',
  'VoteAccepted', 'AlreadyVoted', 'IdempotencyConflict', 'ElectionNotOpen', 'NotEligible', 'InvalidBallot',
] as const

/** A normalised cache: an election's phase that arrives with a live message changes wherever that election is shown. */
export function createCache() {
  return cacheExchange({ keys: Object.fromEntries(embedded.map((type) => [type, () => null])) })
}
