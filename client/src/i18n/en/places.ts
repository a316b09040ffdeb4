/** Turnout by place. */
export const units = {
  title: 'Turnout by unit',
  search: 'Search units',
  searchHint: 'Name of a unit',
  kind: 'Kind',
  allKinds: 'All kinds',
  unit: 'Unit',
  ballots: 'Ballots',
  registered: 'Registered',
  turnout: 'Turnout',
  overEligible: 'More ballots than registered voters',
  basis: 'Turnout is of registered voters.',
  page: '{from} to {to} of {total}',
  pages: 'Pages of the table',
  previous: 'Previous page',
  next: 'Next page',
  none: 'No unit matches',
  sortAgain: 'Sort again',
  moved: 'Rows keep their place while you read.',
} as const

/** One contest, place by place. */
export const contestUnits = {
  title: 'Votes by place',
  leader: 'Leading',
  ballots: 'Ballots shown',
  blank: 'Every ballot is blank',
  tied: 'Tie: {names}',
  tiedForLast: '{sure}, then a tie: {names}',
  more: '{n} more',
  elsewhere: 'Counted with {unit}',
  held: 'Not shown yet',
  afterClose: 'Once all is counted',
  shown: '{n} of {total} places',
  shownUnits: '{n} of {total} units',
  wider: 'Until voting has closed and all is counted, choices are shown for larger units: {units}.',
} as const

export const top = {
  title: 'Top polling stations',
  order: 'Ranked by',
  orders: { ballots: 'Ballots', turnout: 'Turnout' },
  of: 'Ballots cast; the longest bar is the first station.',
  ofTurnout: 'Ballots cast for each registered voter; bars run to 100 %.',
  none: 'The first ballots put the first stations here',
} as const
