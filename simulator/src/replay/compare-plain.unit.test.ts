import { describe, expect, it } from 'vitest'
import { compareUncast } from './compare-uncast.js'
import { decomposeBallots } from './decompose-ballots.js'
import { deriveElection, type DerivableFile } from './derive-election.js'
import { readPlainRows } from './plain-sums.js'
import { readPrecinctFile, type PrecinctFile, type PrecinctRow } from './precinct-file.js'

const BYTES = Buffer.from([
  'county,precinct,office,district,party,candidate,votes,election_day,mail',
  'Otter,Pond,Ballots Cast,,,,20,,',
  'Otter,Pond,Mayor,,DEM,Ada Otter,9,6,3', 'Otter,Pond,Mayor,,REP,Ben Beaver,5,4,1', 'Otter,Pond,Mayor,,,Write-ins,1,1,0', 'Otter,Pond,Mayor,,,Over Votes,2,1,1', 'Otter,Pond,Mayor,,,Under Votes,3,3,0',
  'Otter,Creek,Ballots Cast,,,,6,,', 'Otter,Creek,Mayor,,DEM,"Ada  Otter",4,4,0', 'Otter,Creek,Mayor,,REP,Ben Beaver,2,1,1', 'Otter,Creek,State House,7,DEM,Cat Dipper,3,3,0',
].join('\n'))

function readRight(): PrecinctFile {
  const check = readPrecinctFile(BYTES)
  if (!check.ok) throw new Error(check.problems.join(' '))
  return check.file
}

/** The differences that are told of what a reader made of the file. */
const differences = (file: DerivableFile): string[] => compareUncast(deriveElection(file, { slug: 'otter', now: 0 }), readPlainRows(BYTES)).differences
const changed = (change: (row: PrecinctRow) => PrecinctRow | null): DerivableFile => {
  const file = readRight()
  return { ...file, rows: file.rows.flatMap((row) => change(row) ?? []) }
}

describe('sums of a file by code of their own', () => {
  it('are those of the reader where both are right, in every place and channel, over and under votes and ballots too', () => {
    const derived = deriveElection(readRight(), { slug: 'otter', now: 0 })
    expect(compareUncast(derived, readPlainRows(BYTES))).toMatchObject({ cast: 24, counted: 24, compared: 13, differences: [] })
    expect([...decomposeBallots(derived, 1)].filter(({ precinct }) => precinct.id === 'pond')).toHaveLength(20)
  })

  it.each<[string, DerivableFile]>([
    ['loses a row', changed((row) => row.line === 4 ? null : row)],
    ['takes one column for another', changed((row) => ({ ...row, votes: row.votes.toReversed() }))],
    ['gives a candidate the votes of another', changed((row) => row.precinct === 'Creek' && row.office === 'Mayor' ? { ...row, candidate: row.party === 'DEM' ? 'Ben Beaver' : 'Ada Otter' } : row)],
    ['puts votes into another precinct', changed((row) => row.office === 'State House' ? { ...row, precinct: 'Pond' } : row)],
    ['counts a row twice', { ...readRight(), rows: readRight().rows.flatMap((row) => row.line === 4 ? [row, row] : [row]) }],
    ['takes over votes for nothing', { ...readRight(), overVotes: [] }],
    ['forgets blank ballots', { ...readRight(), ballots: new Map() }],
    ['counts under votes as votes', { ...readRight(), rows: [...readRight().rows, ...readRight().underVotes] }],
  ])('show it where the reader %s', (_, file) => {
    expect(differences(file).length).toBeGreaterThan(0)
    expect(differences(file)[0]).toMatch(/^the file, summed apart, .*: cast [\d,]+, counted [\d,]+$/)
  })
})
