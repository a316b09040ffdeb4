import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readPrecinctFile, type PrecinctFile } from './precinct-file.js'
import { readTreatSwitch, type ReadingOptions } from './reading-options.js'

const HEADER = 'county,precinct,office,district,party,candidate,votes,election_day,mail,provisional'

function problemsOf(...lines: string[]): string[] {
  const check = readPrecinctFile(Buffer.from(lines.join('\n')))
  return check.ok ? [] : check.problems
}

describe('reading a precinct file', () => {
  it('takes plain and gzipped files, with "NA" and nothing for none', () => {
    const text = `\uFEFF${HEADER}\nOtter,01-01,President,NA,DEM,Ada Otter,6,3,2,1\nOtter,01-01,President,,NA,Write-in,0,0,0,0\n`
    const check = readPrecinctFile(Buffer.from(text))
    expect(check).toEqual({ ok: true, file: {
      overVotes: [], underVotes: [], registered: new Map(), ballots: new Map(), isPrimary: false, isApart: false, setAside: [], ignoredColumns: [], warnings: [],
      channels: ['ELECTION_DAY', 'ABSENTEE_MAIL', 'PROVISIONAL'],
      rows: [
        { line: 2, county: 'Otter', precinct: '01-01', office: 'President', district: null, party: 'DEM', candidate: 'Ada Otter', votes: [3, 2, 1] },
        { line: 3, county: 'Otter', precinct: '01-01', office: 'President', district: null, party: null, candidate: 'Write-in', votes: [0, 0, 0] },
      ],
    } })
    expect(readPrecinctFile(gzipSync(text))).toEqual(check)
  })

  it('says which column is missing', () => {
    expect(problemsOf('county,precinct,district,candidate', 'Otter,1,,Ada')).toEqual([
      'Line 1: the column "office" is missing. The file has: county, precinct, district, candidate.',
      'Line 1: neither "votes" nor a column of a channel is there. The file has: county, precinct, district, candidate.',
    ])
    expect(problemsOf('precinct,office,candidate,votes,votes', '1,Mayor,Ada,1,1')).toEqual(['Line 1: the column "votes" is there twice. Name one of them otherwise in the file: nobody can tell which is meant.'])
  })

  it('names every bad line at once', () => {
    expect(problemsOf(HEADER,
      'Otter,1,President,,DEM,Ada,-3,-3,0,0',
      'Otter,1,President,,REP,Ben,2.5,2,0,0',
      'Otter,1,President,,GRN,Cat,5,3,2,1',
      'Otter,1,President,,LIB,Dan,1,1,0',
      'Otter,1,President,,,,1,1,0,0',
      'Otter,2,President,,LIB,Dan,1,1,0,0',
      'Otter,2,President,,LIB,Dan,1,1,0,0',
    )).toEqual([
      'Line 5: 9 fields where the header has 10.',
      'Line 2: votes is "-3", not a whole number of 0 or more. Correct the line, or say --treat "Ada=IGNORE" if it is no row of votes.',
      'Line 3: votes is "2.5", not a whole number of 0 or more. Correct the line, or say --treat "Ben=IGNORE" if it is no row of votes.',
      'Line 4: the channels (election_day, mail, provisional) add up to 6, but votes is 5. Say --trust votes or --trust channels.',
      'Line 6: candidate is empty, and it has 1 vote. Complete the line, or say --treat "=IGNORE" to leave out all lines like it.',
      'Line 8: the same precinct, office, party and candidate as line 7. Say --duplicates add where both count, or --duplicates once where one row was written twice.',
    ])
  })

  it('says that a file is empty, has no rows, or is no CSV', () => {
    expect(problemsOf('')).toEqual(['The file is empty.'])
    expect(problemsOf(HEADER)).toEqual(['The file has a header but no rows.'])
    expect(problemsOf(HEADER, 'Otter,"1,President')[0]).toMatch(/^Line \d+: this is not CSV/)
    expect(readPrecinctFile(gzipSync('x').subarray(0, 12))).toMatchObject({ ok: false })
  })

  const read = (options: ReadingOptions, ...lines: string[]): PrecinctFile => {
    const check = readPrecinctFile(Buffer.from(lines.join('\n')), options)
    if (!check.ok) throw new Error(check.problems.join(' '))
    return check.file
  }
  const votes = ({ rows }: PrecinctFile): (string | number)[][] => rows.map((row) => [row.candidate, ...row.votes])

  it('takes columns in any order and under all their names, adds those of one channel, and says which say nothing', () => {
    const file = read({}, 'winner,Candidate,Advance in Person,Office,Mail-in/Absentee Votes,military,election_day_votes,precinct', 'x,Ada,1,Mayor,2,4,8,Pond', ',Ben,,Mayor,NA,,1,Pond')
    expect(file.channels).toEqual(['ELECTION_DAY', 'EARLY', 'ABSENTEE_MAIL'])
    expect(votes(file)).toEqual([['Ada', 8, 1, 6], ['Ben', 1, 0, 0]])
    expect(file.ignoredColumns).toEqual(['winner'])
  })

  it('adds numbered columns of one channel', () => {
    const file = read({}, 'precinct,office,candidate,votes,election_day,advance_in_person_1,advance_in_person_2,early_voting3', 'Pond,Mayor,Ada,15,1,2,4,8')
    expect([file.channels, votes(file), file.ignoredColumns]).toEqual([['ELECTION_DAY', 'EARLY'], [['Ada', 1, 14]], []])
  })

  it('counts votes of which no channel is told, as the channel that is asked for, and says how many they are', () => {
    const lines = ['precinct,office,candidate,votes,mail', 'Pond,Mayor,Ada,9,2', 'Pond,Mayor,Ben,4,']
    expect(votes(read({}, ...lines))).toEqual([['Ada', 7, 2], ['Ben', 4, 0]])
    const file = read({ unknownChannel: 'PROVISIONAL' }, ...lines)
    expect([file.channels, votes(file), file.warnings]).toEqual([['ABSENTEE_MAIL', 'PROVISIONAL'], [['Ada', 2, 7], ['Ben', 0, 4]], ['Of 11 votes the file tells no channel; they are cast as PROVISIONAL (--unknown-channel).']])
  })

  it('uses rows that are no votes for what they are, and counts none of them', () => {
    const file = read({}, 'precinct,office,candidate,votes',
      'Pond,REGISTERED VOTERS,,90', 'Pond,Ballots Cast,,20', 'Pond,Ballots Cast - Blank,,1', 'Pond,Mayor,Ada,11', 'Pond,Mayor,Write-ins,2', 'Pond,Mayor,Scattering,1', 'Pond,Mayor,Over Votes,1', 'Pond,Mayor,Undervotes,5', 'Pond,Mayor,Total Votes Cast,14',
      'Creek,Mayor,Ada,3', 'Creek,Mayor,Totals,9', 'County Totals,Mayor,Ada,14', 'County Totals,Mayor,Write-ins,2')
    expect(votes(file)).toEqual([['Ada', 11], ['Write-ins', 2], ['Scattering', 1], ['Ada', 3]])
    expect([[...file.registered.values()], [...file.ballots.values()], file.overVotes.map((row) => row.votes), file.underVotes.map((row) => row.votes)]).toEqual([[90], [[20]], [[1]], [[5]]])
    expect(file.warnings).toEqual(['Line 12: the total is 9, the rows of its candidates add up to 3.', expect.stringContaining('no channel')])
  })

  it('asks what a row is where nobody can tell, and takes the answer', () => {
    const lines = ['precinct,office,candidate,votes', 'Pond,Mayor,Ada,11', 'Pond,Mayor,Absentee Ballots,4']
    expect(problemsOf(...lines)).toEqual(['Line 3: "Absentee Ballots" of Mayor may be votes or something else. Say --treat "Absentee Ballots=VOTES", or one of REGISTERED_VOTERS, BALLOTS_CAST, BLANK_BALLOTS, OVER_VOTES, UNDER_VOTES, SUM, IGNORE.'])
    const treat = readTreatSwitch(['Absentee Ballots=ignore'])
    expect(treat.ok && votes(read({ treat: treat.value }, ...lines))).toEqual([['Ada', 11]])
  })

  it('finds a precinct that is the sum of all others although its name does not say so', () => {
    const rows = ['A', 'B', 'C'].flatMap((precinct, at) => ['Ada', 'Ben', 'Cat', 'Dan', 'Eve'].map((name, option) => `${precinct},Mayor,${name},${(at + 1) * (option + 2)}`))
    const sums = ['Ada', 'Ben', 'Cat', 'Dan', 'Eve'].map((name, option) => `Otter,Mayor,${name},${6 * (option + 2)}`)
    const file = read({}, 'precinct,office,candidate,votes', ...rows, ...sums)
    expect(file.rows).toHaveLength(15)
    expect(file.warnings[0]).toContain('"Otter" is the sum of all other precincts')
  })

  it('adds what stands twice, or takes it once, only where it is told to', () => {
    const lines = ['precinct,office,candidate,votes', 'Pond,Mayor,Ada,4', 'Pond,Mayor,Ada,4']
    expect(votes(read({ duplicates: 'once' }, ...lines))).toEqual([['Ada', 4]])
    expect(votes(read({ duplicates: 'add' }, ...lines))).toEqual([['Ada', 4], ['Ada', 4]])
  })

  it('takes the numbers that it is told to trust', () => {
    const lines = ['precinct,office,candidate,votes,mail', 'Pond,Mayor,Ada,4,6']
    expect(votes(read({ trust: 'votes' }, ...lines))).toEqual([['Ada', 4, 0]])
    expect(votes(read({ trust: 'channels' }, ...lines))).toEqual([['Ada', 6]])
  })

  it('tells two contests of one office apart by the marks that a voter has', () => {
    const file = read({}, 'precinct,office,candidate,votes,vote_for', 'Pond,Council,Ada,9,4', 'Pond,Council,Write-ins,3,4', 'Pond,Council,Write-ins,1,1', 'Pond,Mayor,Ben,5,1')
    expect(file.rows.map(({ office, candidate, voteFor }) => [office, candidate, voteFor])).toEqual([['Council (vote for 4)', 'Ada', 4], ['Council (vote for 4)', 'Write-ins', 4], ['Council (vote for 1)', 'Write-ins', 1], ['Mayor', 'Ben', 1]])
  })

  it('counts ballots of one channel nowhere, neither as votes nor as all ballots', () => {
    const file = read({}, 'precinct,office,candidate,votes', 'Pond,Ballots Cast - Election Day,,50', 'Pond,Ballots Cast - Absentee,,4', 'Pond,Absentee Turnout,,4', 'Pond,Mayor,Ada,9')
    expect([votes(file), file.ballots.size, file.setAside.map(({ rows }) => rows)]).toEqual([[['Ada', 9]], 0, [3]])
  })

  it('does not count write-ins twice where their total stands beside them, and asks where it is not their sum', () => {
    const lines = (total: number): string[] => ['precinct,office,candidate,votes', `Pond,Mayor,Write-In Totals,${total}`, 'Pond,Mayor,Write-In: Ada,3', 'Pond,Mayor,Not Assigned,2', 'Creek,Mayor,Write-In Totals,7']
    expect(votes(read({}, ...lines(5)))).toEqual([['Write-In: Ada', 3], ['Not Assigned', 2], ['Write-In Totals', 7]])
    expect(problemsOf(...lines(6))).toEqual(['Line 2: Write-In Totals is 6, the write-ins beside it add up to 5. Say --treat "Write-In Totals=VOTES" if it counts beside them, or --treat "Write-In Totals=SUM".'])
    const treat = readTreatSwitch(['Write-In Totals=VOTES'])
    expect(treat.ok && votes(read({ treat: treat.value }, ...lines(6)))[0]).toEqual(['Write-In Totals', 6])
    const other = readPrecinctFile(Buffer.from([...lines(6), 'Pond,Sheriff,Total Write-Ins,9', 'Pond,Sheriff,Not Assigned,4'].join('\n')), treat.ok ? { treat: treat.value } : {})
    expect(other).toMatchObject({ ok: false, problems: [expect.stringMatching(/^Line 6: Total Write-Ins is 9, the write-ins beside it add up to 4\./)] })
  })

  it('does not count `Write-ins` that equal the write-ins beside them everywhere, and says both numbers', () => {
    const lines = (last: number): string[] => ['precinct,office,candidate,votes', ...[4, 2, last].flatMap((count, at) => [`P${at},Mayor,Ada,9`, `P${at},Mayor,Write-ins,${count}`, `P${at},Mayor,Not Assigned,${[4, 2, 1][at] ?? 0}`])]
    const doubled = read({}, ...lines(1))
    expect(votes(doubled).filter(([name]) => name !== 'Ada')).toEqual([['Not Assigned', 4], ['Not Assigned', 2], ['Not Assigned', 1]])
    expect(doubled.warnings).toContain('"Write-ins" has 7 votes, the write-ins beside it have 7, equal in 3 of 3 contests and precincts: it is their sum and is not counted; say --treat "Write-ins=VOTES" if both count.')
    const apart = read({}, ...lines(5))
    expect(votes(apart)).toHaveLength(9)
    expect(apart.warnings).toContain('"Write-ins" has 11 votes, the write-ins beside it have 7, equal in 2 of 3 contests and precincts: both are counted; say --treat "Write-ins=IGNORE" if it is their sum.')
    const treat = readTreatSwitch(['Write-ins=VOTES'])
    expect(treat.ok && votes(read({ treat: treat.value }, ...lines(1)))).toHaveLength(9)
  })

  it('asks whether `Write-ins` are the sum of those beside them where they are so nearly everywhere', () => {
    const lines = Array.from({ length: 12 }, (_, at) => [`P${at},Mayor,Ada,9`, `P${at},Mayor,Write-ins,${at === 5 ? 9 : 2 + at % 2}`, `P${at},Mayor,Write-in: Ben,${2 + at % 2}`]).flat()
    expect(problemsOf('precinct,office,candidate,votes', ...lines)).toEqual(['"Write-ins" has 36 votes, the write-ins beside it have 30, equal in 11 of 12 contests and precincts: it may be their sum. Say --treat "Write-ins=IGNORE" if it is, or --treat "Write-ins=VOTES" if both count.'])
  })

  it('adds two spellings of a name whose numbers differ, and asks where they are the same everywhere', () => {
    const lines = (count: number): string[] => ['precinct,office,candidate,votes', 'Pond,Mayor,COREYANN OTTER,3', `Pond,Mayor,COREY ANN OTTER,${count}`, 'Creek,Mayor,COREYANN OTTER,2', 'Creek,Mayor,COREY ANN OTTER,2']
    const file = read({}, ...lines(1))
    expect(votes(file)).toEqual([['COREYANN OTTER', 3], ['COREYANN OTTER', 1], ['COREYANN OTTER', 2], ['COREYANN OTTER', 2]])
    expect(file.warnings[0]).toBe('Line 3: "COREY ANN OTTER" and "COREYANN OTTER" of Mayor are counted as one; the votes of both are added.')
    expect(problemsOf(...lines(3))).toHaveLength(2)
  })

  it('asks nothing about rows of zeros, sums of all precincts, and rows that repeat a precinct\'s name', () => {
    const file = read({}, 'precinct,office,candidate,votes', 'Pond,Mayor,Ada,3', 'Pond,Mayor,e-In Totals,0', 'Pond,Senate,Precinct,POND', 'Total,Mayor,,3')
    expect(votes(file)).toEqual([['Ada', 3]])
    expect(file.setAside.map(({ why }) => why)).toEqual(['rows that may be votes or not, with nothing but zeros', 'rows with the name of their precinct where votes would stand', 'sums of all precincts'])
  })

  it('leaves out rows without a candidate where it is told to, and those alone', () => {
    const lines = ['precinct,office,candidate,votes', 'Pond,Registered Voters,,40', 'Pond,Mayor,Ada,3', 'Pond,Mayor,,1']
    const treat = readTreatSwitch(['=IGNORE'])
    const file = treat.ok ? read({ treat: treat.value }, ...lines) : null
    expect(file === null ? null : [votes(file), [...file.registered.values()]]).toEqual([[['Ada', 3]], [40]])
    expect(readTreatSwitch(['=VOTES'])).toEqual({ ok: false, problem: '--treat "=IGNORE" is all that can be said of rows without a candidate.' })
  })

  it('has each county as the one place where a file names no precinct, and refuses a file that names neither', () => {
    const file = read({}, 'county,office,candidate,votes', 'Otter,Mayor,Ada,3', 'Beaver,Mayor,Ada,4', 'Totals,Mayor,Ada,7')
    expect(file.rows.map(({ county, precinct, votes: [count] }) => [county, precinct, count])).toEqual([['', 'Otter', 3], ['', 'Beaver', 4]])
    expect(file.warnings[0]).toBe('The file has no column "precinct": each county is one place.')
    expect(problemsOf('office,candidate,votes', 'Mayor,Ada,3')).toEqual(['Line 1: the column "precinct" is missing. The file has: office, candidate, votes.'])
  })
})
