/** Corrections of published counts. */
export const corrections = {
  title: 'Corrections',
  count: '{n} correction | {n} corrections',
  types: { CORRECTION: 'Correction', RETRACTION: 'Retraction', RECOUNT: 'Recount' },
  counts: { BALLOTS: 'Ballots', UNDERVOTES: 'Undervotes', OVERVOTES: 'Overvotes', VOTES: 'Votes' },
  inContest: '{name}, {contest}',
  from: 'from {old} to {now}',
  by: 'Entered by {name}',
  note: 'Totals, units and channels contain these corrections. Voter groups, windows of time and hours show the ballots as they were cast.',
  newest: 'The newest {n} of {all} are shown.',
} as const
