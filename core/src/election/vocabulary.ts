/** The closed vocabularies of an election. Words are NIST SP 1500-100's where it has one (CountItemType, ReportingUnitType, VoteVariation). */

export const VOTE_CHANNELS = ['ONLINE', 'ELECTION_DAY', 'EARLY', 'ABSENTEE_MAIL', 'PROVISIONAL'] as const
export type VoteChannel = (typeof VOTE_CHANNELS)[number]

export const ELECTION_PHASES = ['DRAFT', 'SCHEDULED', 'OPEN', 'PAUSED', 'CLOSED', 'CERTIFIED'] as const
export type ElectionPhase = (typeof ELECTION_PHASES)[number]

export const RESULTS_VISIBILITIES = ['LIVE', 'AFTER_CLOSE', 'WHEN_RELEASED'] as const
export type ResultsVisibility = (typeof RESULTS_VISIBILITIES)[number]

/** `SECRET`: choices are published in groups, so that no ballot can be read off. `OPEN`: with every ballot. */
export const BALLOT_SECRECIES = ['SECRET', 'OPEN'] as const
export type BallotSecrecy = (typeof BALLOT_SECRECIES)[number]

export const VOTE_VARIATIONS = ['PLURALITY', 'N_OF_M'] as const
export type VoteVariation = (typeof VOTE_VARIATIONS)[number]

export const REPORTING_UNIT_KINDS = [
  'STATE', 'COUNTY', 'CITY', 'WARD', 'PRECINCT', 'POLLING_PLACE',
  'CONGRESSIONAL_DISTRICT', 'STATE_SENATE_DISTRICT', 'STATE_HOUSE_DISTRICT', 'DISTRICT', 'OTHER',
] as const
export type ReportingUnitKind = (typeof REPORTING_UNIT_KINDS)[number]

/** `DATABASE`: the ledger's clock says when a ballot was cast. `IMPORTED`: the source of the ballot says so. */
export const TIME_SOURCES = ['DATABASE', 'IMPORTED'] as const
export type TimeSource = (typeof TIME_SOURCES)[number]

export const RESULTS_STATUSES = ['PRE_ELECTION', 'UNOFFICIAL_PARTIAL', 'UNOFFICIAL_COMPLETE', 'CERTIFIED', 'RECOUNT', 'CORRECTION'] as const
export type ResultsStatus = (typeof RESULTS_STATUSES)[number]
