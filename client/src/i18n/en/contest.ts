/** One contest: who leads, bars, ring. */
export const leader = {
  leads: 'Leading',
  none: 'Leader',
  leadFor: 'Leading for {n} seats',
  most: 'Most votes, all ballots counted',
  certified: 'Most votes, certified',
  tied: 'Tied',
  tiedForLast: 'Tied for the last seat',
  isSure: 'Ahead of the tie',
  noVotes: 'No votes yet',
  noVotesText: 'The leader is named here when the first vote has been counted.',
  votes: '{n} vote | {n} votes',
  votesWord: 'vote | votes',
  margin: '{n} vote ahead of {name} | {n} votes ahead of {name}',
  marginAlone: '{n} vote ahead | {n} votes ahead',
  noParty: 'No party',
} as const

export const bars = {
  title: 'Votes',
  option: 'Option',
  party: 'Party',
  votes: 'Votes',
  share: 'Share',
  rank: 'Rank',
  writeIn: 'Write-in',
  about: 'About the candidates',
  counted: '{votes} votes on {ballots} ballots',
  undervotes: '{n} undervote | {n} undervotes',
  overvotes: '{n} overvote | {n} overvotes',
  scale: 'Bars run from 0 to {percent} {basis}.',
  summaryNone: 'No votes have been counted in this contest yet.',
} as const

export const donut = {
  title: 'Share of votes',
  other: 'Other',
  votes: 'votes',
  shareOfVotes: 'Share of all votes',
  basis: 'Of all votes in this contest',
  summary: 'Shares of all votes in {contest}: {parts}.',
  part: '{name} {percent}',
} as const
