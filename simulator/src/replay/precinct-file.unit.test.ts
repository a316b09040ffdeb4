import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readPrecinctFile } from './precinct-file.js'

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
      channels: ['ELECTION_DAY', 'ABSENTEE_MAIL', 'PROVISIONAL'],
      rows: [
        { line: 2, county: 'Otter', precinct: '01-01', office: 'President', district: null, party: 'DEM', candidate: 'Ada Otter', votes: [3, 2, 1] },
        { line: 3, county: 'Otter', precinct: '01-01', office: 'President', district: null, party: null, candidate: 'Write-in', votes: [0, 0, 0] },
      ],
    } })
    expect(readPrecinctFile(gzipSync(text))).toEqual(check)
  })

  it('says which column is missing', () => {
    expect(problemsOf(HEADER.replace('mail,', ''), 'Otter,1,President,,DEM,Ada,1,1,0')).toEqual([
      'Line 1: the column "mail" or "absentee" is missing. The file has: county, precinct, office, district, party, candidate, votes, election_day, provisional.',
    ])
  })

  it('names every bad line at once', () => {
    expect(problemsOf(HEADER,
      'Otter,1,President,,DEM,Ada,-3,-3,0,0',
      'Otter,1,President,,REP,Ben,2.5,2,0,0',
      'Otter,1,President,,GRN,Cat,7,3,2,1',
      'Otter,1,President,,LIB,Dan,1,1,0',
      'Otter,1,President,,,,1,1,0,0',
      'Otter,2,President,,LIB,Dan,1,1,0,0',
      'Otter,2,President,,LIB,Dan,1,1,0,0',
    )).toEqual([
      'Line 2: votes is "-3", not a whole number of 0 or more.',
      'Line 2: election_day is "-3", not a whole number of 0 or more.',
      'Line 3: votes is "2.5", not a whole number of 0 or more.',
      'Line 4: the channels (election_day, mail, provisional) add up to 6, but votes is 7.',
      'Line 5: 9 fields where the header has 10.',
      'Line 5: provisional is "", not a whole number of 0 or more.',
      'Line 6: candidate is empty.',
      'Line 8: the same precinct, office, party and candidate as line 7.',
    ])
  })

  it('says that a file is empty, has no rows, or is no CSV', () => {
    expect(problemsOf('')).toEqual(['The file is empty.'])
    expect(problemsOf(HEADER)).toEqual(['The file has a header but no rows.'])
    expect(problemsOf(HEADER, 'Otter,"1,President')[0]).toMatch(/^Line \d+: this is not CSV/)
    expect(readPrecinctFile(gzipSync('x').subarray(0, 12))).toMatchObject({ ok: false })
  })
})
