import { compileStructure, createElectorate, createTally, toldRows, type ResultRow } from '@livetally/core/election'
import { TOPIC, type BreakdownCell, type OutgoingRecord } from '@livetally/core/events'
import type { Revision } from '@livetally/core/store'
import { describe, expect, test } from 'vitest'
import { crumbleton, castOneByOne, owlPost, type GoldenElection } from '../../../core/src/election/fixtures/index.js'
import { createViewRecords } from './view-records.js'

const rowsOf = (golden: GoldenElection, ballots = golden.ballots): ResultRow[] => {
  const structure = compileStructure(golden.definition)
  const tally = createTally(structure)
  for (const entry of castOneByOne(ballots)) tally.add(entry)
  return toldRows(structure, tally.rows())
}
const revision = (number: number, rows: readonly ResultRow[], changes: Partial<Revision> = {}): Revision =>
  ({ election: 1, revision: number, publishedAt: 0, status: 'UNOFFICIAL_PARTIAL', asOf: null, finalUntil: null, isFull: number === 1, vector: [], rows: [...rows], ...changes })
const values = (records: readonly OutgoingRecord[], topic: string) =>
  records.filter((record) => record.topic === topic).map(({ value }) => JSON.parse(String(value)) as Record<string, unknown>)
const eligible = (voters: Readonly<Record<string, number>>): ResultRow[] => Object.entries(voters).map(([key, count]) => ({ view: 'eligible', key, counts: [count] }))
const viewsOf = (golden: GoldenElection) => createViewRecords(1, compileStructure(golden.definition))

describe('what anybody can read from Kafka', () => {
  test('comes in portions where there is much of it, and is the same in the end', () => {
    const [whole, portioned] = [viewsOf(crumbleton), viewsOf(crumbleton)]
    for (const views of [whole, portioned]) views.take(revision(1, rowsOf(crumbleton)))
    const portions: OutgoingRecord[][] = []
    let isLost = true
    while (portioned.waiting > 0) {
      const before = portioned.waiting
      portions.push(portioned.drain(0, 5))
      expect(before - portioned.waiting).toBeLessThanOrEqual(5)
      // A portion that did not arrive is taken again, once.
      if (isLost && portions.length === 2) {
        portions.pop()
        portioned.putBack()
        isLost = false
      }
    }
    const newest = (records: readonly OutgoingRecord[]) => new Map(records.map(({ topic, key, value }) => [`${topic} ${key}`, value]))
    expect(newest(portions.flat())).toEqual(newest(whole.drain(0)))
  })

  test('begins with explicit zeros: every contest in every unit that votes on it, every unit, every breakdown', () => {
    const views = viewsOf(crumbleton)
    expect(views.drain(2), 'nothing before the first revision').toEqual([])
    views.take(revision(1, []))
    const records = views.drain(2)
    expect(records.every(({ partition }) => partition === 2)).toBe(true)
    expect(new Set(records.map(({ topic, key }) => `${topic} ${key}`)).size).toBe(records.length)
    const contests = values(records, TOPIC.resultsContests)
    expect(contests).toContainEqual({ v: 1, election: 1, revision: 1, contest: 'baker', ballots: 0, undervotes: 0, overvotes: 0, votes: { 'rye': 0, 'brioche': 0, 'write-in': 0 } })
    // baker: 11 units; council: the 7 that hold or contain mill, market or harbour, without cellar and lighthouse; pie: mill, harbour and what contains them
    const units = (contest: string): unknown[] => contests.filter((record) => record['contest'] === contest).map((record) => record['unit'] ?? '').toSorted()
    expect(units('baker')).toEqual(['', ...crumbleton.definition.reportingUnits.map(({ id }) => id).toSorted()])
    expect(units('council')).toEqual(['', 'cd-savoury', 'cd-sweet', 'crumbleton', 'harbour', 'market', 'mill', 'north', 'riverside', 'south'])
    expect(units('pie')).toEqual(['', 'cd-sweet', 'crumbleton', 'harbour', 'mill', 'north', 'riverside', 'south'])
    expect(values(records, TOPIC.resultsTurnout)).toHaveLength(12)
    expect(values(records, TOPIC.resultsTurnout)[0]).toEqual({ v: 1, election: 1, revision: 1, ballots: 0, eligibleVoters: null, byChannel: { ONLINE: 0, ELECTION_DAY: 0, EARLY: 0, ABSENTEE_MAIL: 0, PROVISIONAL: 0 } })
    expect(values(records, TOPIC.resultsBreakdowns)).toHaveLength(3 * 4)
    expect(values(records, TOPIC.resultsWindows)).toEqual([])
  })

  test('are the numbers counted by hand, at every level', () => {
    const views = viewsOf(crumbleton)
    views.take(revision(1, [...rowsOf(crumbleton), { view: 'eligible', key: 'mill', counts: [9] }]))
    const records = views.drain(0)
    for (const record of values(records, TOPIC.resultsContests)) {
      const [ballots, undervotes, overvotes, ...options] = crumbleton.expected.contests[String(record['contest'])]?.[String(record['unit'] ?? '')] ?? []
      expect(record, `${String(record['contest'])} in ${String(record['unit'])}`).toMatchObject({ ballots, undervotes, overvotes, revision: 1 })
      expect(Object.values(record['votes'] as object)).toEqual(options)
    }
    for (const record of values(records, TOPIC.resultsTurnout)) {
      const channels = crumbleton.expected.turnout[String(record['unit'] ?? '')] ?? {}
      expect(record['byChannel']).toMatchObject(channels)
      expect(record['ballots']).toBe(Object.values(channels).reduce((sum, cast) => sum + cast, 0))
    }
    expect(values(records, TOPIC.resultsTurnout).find((record) => record['unit'] === 'north')).toMatchObject({ ballots: 10, eligibleVoters: 9 })
    const [crossed] = values(records, TOPIC.resultsBreakdowns).filter((record) => record['contest'] === undefined && String(record['attributes']) === 'age,crust')
    expect(crossed?.['cells']).toContainEqual(expect.objectContaining({ values: ['old', 'thick'], ballots: 5 }))
    expect(values(records, TOPIC.resultsRankings).find((record) => record['unitKind'] === 'PRECINCT')?.['units']).toEqual([
      { rank: 1, unit: 'mill', ballots: 6 }, { rank: 2, unit: 'harbour', ballots: 4 }, { rank: 2, unit: 'market', ballots: 4 },
      { rank: 4, unit: 'lighthouse', ballots: 3 }, { rank: 5, unit: 'cellar', ballots: 0 },
    ])
  })

  test('rank units by turnout, too, where the number of voters is known: four of five beats six of nine', () => {
    const views = viewsOf(crumbleton)
    views.take(revision(1, [...rowsOf(crumbleton), ...eligible({ mill: 9, harbour: 5, lighthouse: 0 })]))
    const rankings = values(views.drain(0), TOPIC.resultsRankings)
    expect(rankings.find((record) => record['unitKind'] === 'PRECINCT')).toMatchObject({
      units: [{ unit: 'mill' }, { unit: 'harbour' }, { unit: 'market' }, { unit: 'lighthouse' }, { unit: 'cellar' }],
      byTurnout: [{ rank: 1, unit: 'harbour', ballots: 4, eligibleVoters: 5 }, { rank: 2, unit: 'mill', ballots: 6, eligibleVoters: 9 }],
    })
    views.take(revision(2, eligible({ mill: 7 })))
    expect(values(views.drain(0), TOPIC.resultsRankings).map(({ byTurnout }) => (byTurnout as { unit: string }[])[0]?.unit), 'six of seven, and the units above').toContain('mill')
  })

  test('have the voters of every group beside its ballots, also of a group that has not voted, once the roll names everybody', () => {
    const views = viewsOf(crumbleton)
    const electorate = createElectorate(compileStructure(crumbleton.definition))
    electorate.add([{ unit: 'mill', attributes: { age: 'old' }, voters: 20 }, { unit: 'cellar', attributes: { crust: 'thick' }, voters: 1 }], 21)
    const ofAges = (records: readonly OutgoingRecord[]) => values(records, TOPIC.resultsBreakdowns).filter((record) => record['contest'] === undefined && String(record['attributes']) === 'age').flatMap(({ cells }) => cells as BreakdownCell[])
    views.take(revision(1, [...eligible({ mill: 30 }), ...electorate.rows()]))
    expect(ofAges(views.drain(0)), 'nine of the mill are not on the roll').toEqual([])
    views.take(revision(2, eligible({ mill: 20, cellar: 1 })))
    expect(ofAges(views.drain(0))).toEqual(expect.arrayContaining([expect.objectContaining({ values: ['old'], ballots: 0, eligibleVoters: 20 }), expect.objectContaining({ values: ['_unknown'], ballots: 0, eligibleVoters: 1 })]))
    views.take(revision(3, rowsOf(crumbleton)))
    const records = views.drain(0)
    expect(ofAges(records).reduce((sum, { ballots }) => sum + ballots, 0)).toBe(crumbleton.ballots.length)
    expect(ofAges(records).find(({ values: [age] }) => age === 'old')).toMatchObject({ eligibleVoters: 20 })
    const ofContests = values(records, TOPIC.resultsBreakdowns).filter((record) => record['contest'] !== undefined).flatMap(({ cells }) => cells as BreakdownCell[])
    expect(ofContests.filter((cell) => 'eligibleVoters' in cell), 'not everybody votes in every contest').toEqual([])
  })

  test('have no groups of a breakdown that is still being counted: no group seems to have stayed at home', () => {
    const views = viewsOf(crumbleton)
    const isAge = ({ view, key }: ResultRow): boolean => view === 'breakdown' && key.startsWith('age/')
    views.take(revision(1, rowsOf(crumbleton).filter((row) => !isAge(row))))
    const ages = (records: readonly OutgoingRecord[]) => values(records, TOPIC.resultsBreakdowns).filter((record) => String(record['attributes']) === 'age')
    expect(ages(views.drain(0))).toEqual([])
    views.take(revision(2, rowsOf(crumbleton).filter(isAge)))
    expect(ages(views.drain(0))).toHaveLength(1 + crumbleton.definition.contests.length)
  })

  test('are told once more when they did not reach Kafka', () => {
    const views = viewsOf(crumbleton)
    views.take(revision(1, rowsOf(crumbleton)))
    const lost = views.drain(0)
    views.putBack()
    expect(views.drain(0)).toEqual(lost)
    expect(views.drain(0)).toEqual([])
  })

  test('are told again only where something changed: one ballot at the lighthouse touches its units and no other', () => {
    const views = viewsOf(crumbleton)
    views.take(revision(1, rowsOf(crumbleton, crumbleton.ballots.slice(0, 16))))
    views.drain(0)
    expect(views.drain(0)).toEqual([])
    const before = new Map(rowsOf(crumbleton, crumbleton.ballots.slice(0, 16)).map((row) => [`${row.view}:${row.key}`, row.counts.join()]))
    views.take(revision(2, rowsOf(crumbleton).filter((row) => before.get(`${row.view}:${row.key}`) !== row.counts.join())))
    const records = views.drain(0)
    expect(new Set(values(records, TOPIC.resultsTurnout).map((record) => record['unit'] ?? ''))).toEqual(new Set(['lighthouse', 'south', 'cd-savoury', 'crumbleton', '']))
    expect(new Set(values(records, TOPIC.resultsContests).map((record) => record['contest']))).toEqual(new Set(['baker']))
    expect(values(records, TOPIC.resultsWindows).map((record) => [record['contest'] ?? '', record['start']])).toEqual(expect.arrayContaining([['', crumbleton.at('08:01:10')], ['baker', crumbleton.at('08:01:10')]]))
    expect(values(records, TOPIC.resultsWindows)).toHaveLength(2)
  })

  test('say of each window when it is final, and how many ballots came too late for theirs', () => {
    const views = viewsOf(owlPost)
    const structure = compileStructure(owlPost.definition)
    const tally = createTally(structure)
    for (const entry of castOneByOne(owlPost.ballots.slice(0, 12))) tally.add(entry)
    views.take(revision(1, toldRows(structure, tally.rows()), { finalUntil: owlPost.at('12:00:20') }))
    const all = (records: OutgoingRecord[]) => values(records, TOPIC.resultsWindows).filter((record) => record['contest'] === undefined).map((record) => [record['start'], record['isFinal'], record['ballots'], record['late']])
    const first = all(views.drain(0)).toSorted()
    expect(first).toEqual([
      [owlPost.at('12:00:00'), true, 3, 2], [owlPost.at('12:00:10'), true, 2, 2], [owlPost.at('12:00:30'), false, 2, 2],
      [owlPost.at('12:00:40'), false, 1, 2], [owlPost.at('12:01:00'), false, 2, 2],
    ])
    views.take(revision(2, [], { finalUntil: owlPost.at('12:00:50') }))
    expect(all(views.drain(0)).toSorted(), 'those that have become final').toEqual([[owlPost.at('12:00:30'), true, 2, 2], [owlPost.at('12:00:40'), true, 1, 2]])
  })

  test('say at once that a ballot came too late, although it is in no window', () => {
    const views = viewsOf(owlPost)
    const tally = createTally(compileStructure(owlPost.definition))
    const told = (number: number, ballots: GoldenElection['ballots']) => {
      for (const entry of castOneByOne(ballots)) tally.add(entry)
      views.take(revision(number, toldRows(compileStructure(owlPost.definition), tally.takeChanges())))
      return values(views.drain(0), TOPIC.resultsWindows).filter((record) => record['contest'] === undefined).map((record) => [record['start'], record['ballots'], record['late']])
    }
    expect(told(1, owlPost.ballots.slice(0, 9)).toSorted().at(-1)).toEqual([owlPost.at('12:01:00'), 1, 1])
    expect(told(2, owlPost.ballots.slice(9, 10)), 'that of 12:00:29, by the newest window').toEqual([[owlPost.at('12:01:00'), 1, 2]])
  })

  test('leave no ballot out while one box is rolled up to minutes and another is not yet', () => {
    const views = viewsOf(owlPost)
    const start = owlPost.at('12:00:00')
    views.take(revision(1, [
      { view: 'pane', key: `/${start}`, counts: [2, 2, 0, 0, 1, 1] }, { view: 'pane', key: `/${start + 10_000}`, counts: [3, 3, 0, 0, 3, 0] }, { view: 'pane', key: `/${start}/60000`, counts: [7, 7, 0, 0, 0, 7] },
    ]))
    const told = () => values(views.drain(0), TOPIC.resultsWindows).filter((record) => record['contest'] === 'owl').map((record) => [record['start'], record['end'], record['ballots'], record['votes']]).toSorted()
    expect(told()).toEqual([[start, start + 60_000, 9, { snowy: 1, barn: 8 }], [start + 10_000, start + 20_000, 3, { snowy: 3, barn: 0 }]])
    views.take(revision(2, [
      { view: 'pane', key: `/${start}`, counts: [0, 0, 0, 0, 0, 0] }, { view: 'pane', key: `/${start + 10_000}`, counts: [0, 0, 0, 0, 0, 0] }, { view: 'pane', key: `/${start}/60000`, counts: [12, 12, 0, 0, 4, 8] },
    ]))
    expect(told(), 'and afterwards').toEqual([[start, start + 60_000, 12, { snowy: 4, barn: 8 }], [start + 10_000, start + 20_000, 0, { snowy: 0, barn: 0 }]])
  })
})
