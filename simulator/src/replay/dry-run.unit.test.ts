import { describe, expect, it } from 'vitest'
import { deriveElection } from './derive-election.js'
import { describeDryRun } from './dry-run.js'
import { readPlainRows } from './plain-sums.js'
import { readPrecinctFile } from './precinct-file.js'

describe('what a replay would cast', () => {
  it('is told with contests, options, precincts, sums, rows set aside and warnings', () => {
    const bytes = Buffer.from(['precinct,office,party,candidate,votes,mail,winner', 'Pond,Registered Voters,,,40,,', 'Pond,Ballots Cast,,,12,3,', 'Pond,Mayor,Dem,Ada,7,2,x', 'Pond,Mayor,,Ben,0,0,', 'Pond,Mayor,,Over Votes,1,0,'].join('\n'))
    const check = readPrecinctFile(bytes)
    if (!check.ok) throw new Error(check.problems.join(' '))
    expect(describeDryRun(check.file, deriveElection(check.file, { slug: 'pond', now: 0 }), readPlainRows(bytes))).toEqual({
      channels: ['ELECTION_DAY', 'ABSENTEE_MAIL'],
      isPrimary: false,
      contests: [{ id: 'mayor', title: 'Mayor', votesAllowed: 1, precincts: 1, votes: 7, options: [{ id: 'ada', name: 'Ada', party: 'DEM', votes: 7, byChannel: [5, 2] }, { id: 'ben', name: 'Ben', party: null, votes: 0, byChannel: [0, 0] }] }],
      precincts: [{ id: 'pond', name: 'Pond', isPlace: true, registeredVoters: 40, ballotsCast: 12 }],
      sums: { rows: 2, votes: 7, overVotes: 1, underVotes: 0, registeredVoters: 40, ballotsCast: 12 },
      setAside: [
        { why: 'registered voters: eligible voters of a precinct', rows: 1, votes: 40, lines: [2] },
        { why: 'ballots cast: turnout of a precinct', rows: 1, votes: 12, lines: [3] },
        { why: 'over votes: cast as such, not as votes', rows: 1, votes: 1, lines: [6] },
      ],
      ignoredColumns: ['winner'],
      warnings: ['Of 5 votes the file tells no channel; they are cast as ELECTION_DAY (--unknown-channel).'],
      summedApart: { compared: 4, differences: [] },
    })
  })
})
