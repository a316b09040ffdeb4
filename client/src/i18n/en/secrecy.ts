/** How secret ballots are, and what of their choices is shown when. */
export const secrecy = {
  open: 'Ballots are open in this election: every vote is shown at once.',
  expected: 'Choices will be shown in groups of at least {size} ballots, so that no ballot can be read off.',
  pending: 'Choices of {shown} of {cast} ballot: shown in groups of at least {size}, so that no ballot can be read off. | Choices of {shown} of {cast} ballots: shown in groups of at least {size}, so that no ballot can be read off.',
  complete: 'The choices of the one ballot that was cast are shown. | Choices of all {cast} ballots: added in groups of at least {size}, wherever as many were cast.',
  corrected: 'Corrections are left aside here.',
  held: 'Choices follow',
  heldText: 'They are shown in groups of at least {size} ballots, each once the next group of its place is full.',
  heldTextUnits: 'They are shown in groups of at least {size} ballots, each once the next group of its unit is full.',
  groups: 'Choices by groups of voters come later',
  groupsText: 'They are shown once voting has closed and all is counted.',
  togetherNote: 'Groups marked – are among “{name}”',
  releaseTime: 'Choices stand at the time when their group of ballots was shown.',
} as const
