import { checkDefinition } from '@livetally/core/election'
import { describe, expect, it } from 'vitest'
import { decomposeBallots } from './decompose-ballots.js'
import { deriveElection, type DerivedElection } from './derive-election.js'
import { createIngestForm } from './ingest.js'
import { readPrecinctFile } from './precinct-file.js'

const HEADER = 'county,precinct,office,district,party,candidate,votes,election_day,mail,provisional'

function derive(...lines: string[]): DerivedElection {
  const check = readPrecinctFile(Buffer.from([HEADER, ...lines].join('\n')))
  if (!check.ok) throw new Error(check.problems.join(' '))
  return deriveElection(check.file, { slug: 'otter-2026', now: Date.UTC(2026, 10, 4, 1) })
}

/** Two wards, a pseudo row, one office that hides two seats, and a board with two marks per voter. */
const OTTER = [
  ...['01-01', '01-02', '02-01', '02-02', '02-03', '02-04', '02-05', '02-06', '02-07', '02-08'].flatMap((precinct, at) => [
    `Otter,${precinct},Mayor,NA,RIV,ADA OTTER RIV,5,3,2,0`,
    `Otter,${precinct},Mayor,NA,HIL,BEN BEAVER HIL,4,4,0,0`,
    `Otter,${precinct},Mayor,NA,NA,Write-in,1,0,0,1`,
    `Otter,${precinct},State House,NA,RIV,${at < 2 ? 'CAT DIPPER' : 'DAN HERON'} RIV,6,5,1,0`,
    `Otter,${precinct},State House,NA,NA,Write-in,1,1,0,0`,
    `Otter,${precinct},Pond Board,NA,NA,Eve,8,6,2,0`,
    `Otter,${precinct},Pond Board,NA,NA,Fay,7,6,1,0`,
    `Otter,${precinct},Pond Board,NA,NA,Gus,2,1,1,0`,
  ]),
  'Otter,1st Pond,Mayor,NA,RIV,ADA OTTER RIV,3,0,3,0',
]

const derived = derive(...OTTER)

function unitNamed(id: string): DerivedElection['definition']['reportingUnits'][number] | undefined {
  return derived.definition.reportingUnits.find((one) => one.id === id)
}

describe('the election of a precinct file', () => {
  it('is a definition without problems', () => {
    const check = checkDefinition(derived.definition)
    expect(check.ok ? [] : check.problems).toEqual([])
  })

  it('tells two seats of one office apart by the candidates that a precinct lists, with their own write-ins', () => {
    const seats = derived.contests.filter(({ office }) => office === 'State House')
    expect(seats.map(({ title }) => title)).toEqual(['State House: CAT DIPPER', 'State House: DAN HERON'])
    expect(seats.map(({ votes }) => votes.size)).toEqual([2, 8])
    expect(seats.map(({ options }) => options.map(({ name }) => name))).toEqual([['CAT DIPPER', 'Write-in'], ['DAN HERON', 'Write-in']])
  })

  it('makes wards of names such as 02-01, and keeps a row that is no place without calling it one', () => {
    expect(unitNamed('02-01')).toMatchObject({ kind: 'PRECINCT', parent: 'ward-02', isPlace: true })
    expect(unitNamed('ward-02')).toMatchObject({ kind: 'WARD', parent: 'county-otter' })
    expect(unitNamed('1st-pond')).toMatchObject({ kind: 'OTHER', parent: 'county-otter', isPlace: false })
  })

  it('gives each contest the unit of exactly its precincts: county, ward, or a district of its own', () => {
    const unitOf = (title: string) => derived.contests.find((contest) => contest.title === title)?.reportingUnit
    expect(unitOf('Mayor')).toBe('county-otter')
    expect(unitOf('State House: CAT DIPPER')).toBe('ward-01')
    expect(unitOf('State House: DAN HERON')).toBe('ward-02')
    const board = derived.definition.reportingUnits.find(({ id }) => id === unitOf('Pond Board'))
    expect(board?.composedOf).toHaveLength(10)
    expect(board?.composedOf).not.toContain('1st-pond')
  })

  it('finds that voters had two marks where the numbers need them', () => {
    expect(derived.contests.map(({ title, votesAllowed }) => [title, votesAllowed])).toEqual([
      ['Mayor', 1], ['State House: CAT DIPPER', 1], ['State House: DAN HERON', 1], ['Pond Board', 2],
    ])
  })

  it('comes apart into as many ballots as its fullest contest needs', () => {
    const ballots = [...decomposeBallots(derived, 1)].filter(({ precinct }) => precinct.id === '01-01')
    const inChannel = (channel: string) => ballots.filter((ballot) => ballot.channel === channel).length
    expect(['ABSENTEE_MAIL', 'ELECTION_DAY', 'PROVISIONAL'].map(inChannel)).toEqual([2, 7, 1])
    const marks = ballots.flatMap((ballot) => ballot.marks.flatMap(({ contest, options }) => options.map((option) => `${contest.id}/${contest.options[option]?.id ?? ''}`)))
    expect(marks.filter((mark) => mark === 'pond-board/eve')).toHaveLength(8)
    expect(marks.filter((mark) => mark === 'mayor/write-in')).toHaveLength(1)
    expect(ballots.every((ballot) => ballot.marks.every(({ contest, options }) => options.length <= contest.votesAllowed && new Set(options).size === options.length))).toBe(true)
  })

  it('comes apart the same way every time, and another way with another seed', () => {
    const form = createIngestForm({ electionId: 'e7', opensAt: 0, seed: 1 })
    const first = [...decomposeBallots(derived, 1)].map(form)
    expect([...decomposeBallots(derive(...OTTER), 1)].map(form)).toEqual(first)
    expect([...decomposeBallots(derived, 2)].map(form)).not.toEqual(first)
    expect(new Set(first.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(first.length)
    expect(new Set(first.map(({ sourceBallotNumber }) => sourceBallotNumber)).size).toBe(first.length)
  })

  it('puts ballots in the order of their times, mail first, none later than the moment of the replay', () => {
    const ballots = [...decomposeBallots(derived, 1)]
    const seconds = ballots.map(({ second }) => second)
    expect(seconds).toEqual(seconds.toSorted((one, other) => one - other))
    expect(seconds.at(-1)).toBeLessThan(86_400 - 3_000)
    const mean = (channel: string) => ballots.filter((ballot) => ballot.channel === channel).reduce((sum, { second }, _, { length }) => sum + second / length, 0)
    expect(mean('ABSENTEE_MAIL')).toBeLessThan(mean('ELECTION_DAY'))
  })

  it('can be limited to the first precincts of the file', () => {
    const check = readPrecinctFile(Buffer.from([HEADER, ...OTTER].join('\n')))
    if (!check.ok) throw new Error('unreadable')
    const limited = deriveElection(check.file, { slug: 'otter', now: 0, limitUnits: 2 })
    expect(limited.precincts.map(({ id }) => id)).toEqual(['01-01', '01-02'])
    expect(limited.contests.map(({ id }) => id)).toEqual(['mayor', 'state-house', 'pond-board'])
  })

  it('keeps an office together where the file gives districts to others', () => {
    const mixed = derive('Otter,A,Judge,,,Ada,1,1,0,0', 'Otter,B,Judge,,,Ben,1,1,0,0', 'Otter,A,State House,7,RIV,Cat,1,1,0,0')
    expect(mixed.contests.map(({ title }) => title)).toEqual(['Judge', 'State House, District 7'])
  })

  const optionsOf = ({ contests }: DerivedElection): unknown[] => contests.map(({ title, options, votes }) => [title, ...options.map(({ name, party }, at) => [name, party, [...votes.values()].reduce((sum, counts) => sum + (counts[at] ?? []).reduce((left, count) => left + count, 0), 0)])])

  it('has one option for one name, however it is spelt, and for all parties that it stands for', () => {
    const fused = derive('Otter,A,Judge,7,DEM,JOSÉ O\'HARA,3,3,0,0', 'Otter,A,Judge,07,Rep,Jose OHara,2,2,0,0', 'Otter,B,JUDGE,7,Democratic,José  O’Hara,5,5,0,0', 'Otter,B,Judge,7,,write in votes,1,1,0,0', 'Otter,A,Judge,7,,Write-ins,1,1,0,0')
    expect(optionsOf(fused)).toEqual([['Judge, District 7', ['JOSÉ O\'HARA', 'DEM/REP', 10], ['write in votes', null, 2]]])
    expect(checkDefinition(fused.definition)).toMatchObject({ ok: true })
  })

  it('has a contest for each party of a primary', () => {
    const primary = derive('Otter,A,Mayor,,DEM,Ada,3,3,0,0', 'Otter,A,Mayor,,DEM,Write-in,1,1,0,0', 'Otter,A,Mayor,,REP,Ben,2,2,0,0', 'Otter,A,Mayor,,REP,Write-in,1,1,0,0', 'Otter,A,Question,,,Yes,4,4,0,0')
    expect(optionsOf(primary)).toEqual([['Mayor (DEM primary)', ['Ada', 'DEM', 3], ['Write-in', null, 1]], ['Mayor (REP primary)', ['Ben', 'REP', 2], ['Write-in', null, 1]], ['Question', ['Yes', null, 4]]])
    expect(new Set(primary.contests.map(({ id }) => id)).size).toBe(3)
  })

  it('gives names that make one id two', () => {
    const twins = derive('Otter,A,Mayor,,X/Y,李明,1,1,0,0', 'Otter,A,Mayor,,X-Y,王芳,2,2,0,0', 'Otter,Fox #1,Mayor,,,Ada,1,1,0,0', 'Otter,Fox-1,Mayor,,,Ada,1,1,0,0')
    const check = checkDefinition(twins.definition)
    expect(check.ok ? [] : check.problems).toEqual([])
    expect(twins.contests.flatMap(({ options }) => options.map(({ id }) => id))).toEqual(['unnamed', 'unnamed-2', 'ada'])
  })

  it('casts blank and over-marked ballots where the file counts them', () => {
    const check = readPrecinctFile(Buffer.from(['precinct,office,candidate,votes', 'Pond,Ballots Cast,,12', 'Pond,Registered Voters,,40', 'Pond,Mayor,Ada,4', 'Pond,Mayor,Ben,3', 'Pond,Mayor,Over Votes,2'].join('\n')))
    if (!check.ok) throw new Error(check.problems.join(' '))
    const pond = deriveElection(check.file, { slug: 'pond', now: 0 })
    const ballots = [...decomposeBallots(pond, 1)]
    expect(ballots.map(({ marks }) => marks[0]?.options.length ?? 0).toSorted()).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2])
    expect(pond.definition.reportingUnits.find(({ id }) => id === 'pond')).toMatchObject({ eligibleVoters: 40 })
  })
})
