/** Ballots by channel and by voter group. */
export const channels = {
  title: 'Ballots by channel',
  channel: 'Channel',
  ballots: 'Ballots',
  share: 'Share of ballots cast',
  scale: 'Bars run from 0 to {percent} of ballots cast.',
} as const

export const breakdown = {
  title: 'Ballots by voter group',
  titleContest: 'Votes by voter group',
  pick: 'Groups',
  count: 'Count',
  ballots: 'Ballots cast',
  votesIn: 'Votes: {contest}',
  votesFor: 'Votes for {name}',
  pair: '{first} × {second}',
  none: 'No ballots in these groups yet',
  counting: 'These groups are being counted',
  countingText: 'They appear here once every ballot is in one of them.',
  titleTurnout: 'Turnout by voter group',
  ofEligible: '{n} of {eligible}',
  shareOfEligible: 'Shares are turnout: of those in each group who may vote',
  shareOfGroup: 'Shares are of the ballots of each group',
  shareOfAll: 'Shares are of all groups together',
  shareOfVotes: 'Shares are of the votes of each group',
  uncorrected: 'Corrections are in no group: they say nothing of voters',
  summary: 'Counts of {what} in {groups} groups. The largest: {name}, {n}.',
  group: 'Group',
} as const
