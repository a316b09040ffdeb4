/** What an election says of itself, and the list of elections. */
export const phase = {
  DRAFT: 'Draft', SCHEDULED: 'Scheduled', OPEN: 'Open', PAUSED: 'Voting paused', CLOSED: 'Closed', CERTIFIED: 'Certified',
} as const

export const status = {
  PRE_ELECTION: 'Before the election',
  UNOFFICIAL_PARTIAL: 'Unofficial, counting goes on',
  UNOFFICIAL_COMPLETE: 'Unofficial, all ballots counted',
  CERTIFIED: 'Certified result',
  RECOUNT: 'Unofficial, after a recount',
  CORRECTION: 'Unofficial, with corrections',
} as const

export const channel = {
  ONLINE: 'Online', ELECTION_DAY: 'Election day', EARLY: 'Early', ABSENTEE_MAIL: 'Mail', PROVISIONAL: 'Provisional',
} as const

export const unitKinds = {
  STATE: 'States', COUNTY: 'Counties', CITY: 'Cities', WARD: 'Wards', PRECINCT: 'Precincts', POLLING_PLACE: 'Polling places',
  CONGRESSIONAL_DISTRICT: 'Congressional districts', STATE_SENATE_DISTRICT: 'State senate districts',
  STATE_HOUSE_DISTRICT: 'State house districts', DISTRICT: 'Districts', OTHER: 'Other units',
} as const

export const basis = {
  ELIGIBLE_VOTERS: 'of registered voters', VALID_VOTES: 'of valid votes', BALLOTS_CAST: 'of ballots cast',
} as const

export const schedule = {
  opens: 'Voting opens {when}',
  closes: 'Voting closes {when}',
  closed: 'Voting closed {when}',
} as const

export const elections = {
  title: 'Elections',
  open: 'Open now',
  coming: 'Coming',
  past: 'Past',
  search: 'Search elections',
  searchHint: 'Name of an election',
  more: 'Show more',
  none: 'There are no elections yet',
  noneText: 'An election appears here as soon as it has been published.',
  noMatch: 'No election matches “{search}”',
  noMatchText: 'Check the spelling or search for a part of the name.',
  clear: 'Clear the search',
  turnoutOf: '{ballots} of {eligible} registered voters have cast a ballot ({percent})',
  ballots: '{n} ballots cast',
  embargoed: 'Results are not shown yet',
} as const
