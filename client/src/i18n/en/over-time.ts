/** Votes over time. */
export const trend = {
  title: 'Trend',
  mode: 'What the lines show',
  kinds: { cumulative: 'Total', tumbling: 'Per window', hopping: 'Moving sum', session: 'Sessions' },
  window: 'Window',
  gap: 'Pause that ends a session',
  windows: { 10: '10 s', 60: '1 min', 300: '5 min', 900: '15 min', 3600: '1 h', 86400: '1 day' },
  automatic: 'Automatic ({size})',
  units: {
    cumulative: 'votes, total', tumbling: 'votes per {size}', hopping: 'votes in the {size} before', session: 'votes between pauses of {size}',
  },
  in: '{what}, {unit}',
  within: 'Where the votes were cast',
  everywhere: 'Everywhere',
  time: 'Time',
  until: 'Until',
  empty: 'The first votes start the lines',
  summary: '{contest}, {what}. From {from} to {to}: {parts}.',
  zone: 'times in {zone}',
  late: '{n} ballot came too late for its window: totals contain it, these windows do not. | {n} ballots came too late for their windows: totals contain them, these windows do not.',
  sessions: '{n} session. | {n} sessions.',
  part: '{name} {votes}',
} as const

export const hours = {
  title: 'Votes by hour',
  measure: 'What the bars show',
  measures: { ballots: 'Ballots', turnout: 'Turnout in the hour', turnoutSoFar: 'Turnout so far' },
  units: { ballots: 'ballots per hour', turnout: 'registered voters who voted in the hour', turnoutSoFar: 'registered voters who had voted by the end of the hour' },
  axis: 'hour, {zone}',
  hour: 'Hour',
  ballots: 'Ballots',
  soFar: 'Ballots so far',
  empty: 'The first hour appears with the first ballot',
  summary: 'Ballots by hour, {place}. The most were cast in the hour from {time}: {n}.',
  summaryTurnout: 'Turnout so far: {percent} of registered voters.',
} as const
