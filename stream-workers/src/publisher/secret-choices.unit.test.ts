import { createResults, createTally, WHOLE_ELECTION, type BallotEntry, type BoxEntry, type JoinedSets, type ResultRow, type ResultsAt, type Structure } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import { jamTown, jamVotes, sealOf } from '../../../core/src/election/release/jam-town.js'
import { createMergedTallies, type MergedTallies } from './merged-tallies.js'
import { createReleasePlan } from './release-plan.js'

const merge = (structure: Structure, entries: readonly BoxEntry[], views = ['age']): MergedTallies => {
  const merged = createMergedTallies(structure)
  merged.want(views)
  const tally = createTally(structure)
  for (const entry of entries) tally.add(entry)
  merged.update({ box: 0, generation: 1, fromSeq: 0, toSeq: entries.length, fromChain: '', chain: 'end', newestAt: null, views, rows: tally.takeChanges() })
  return merged
}
const aged = (ballots: readonly BallotEntry[], ages: string): BallotEntry[] => ballots.map((ballot, at) => ({ ...ballot, attributes: { age: ages[at % ages.length] === 'y' ? 'young' : 'old' } }))
const shown = (structure: Structure, rows: readonly ResultRow[]): ResultsAt => {
  const results = createResults(structure)
  results.apply(1, rows, true)
  return results.at()
}
const planOf = (...decided: JoinedSets[]) => createReleasePlan(decided)
const ballotsIn = (at: ResultsAt, contest: string) => at.breakdown(['age'], contest).map(([values, [ballots]]) => [values.join(), ballots])

describe('what a publisher tells of secret ballots', () => {
  const structure = jamTown()
  const votes = aged(jamVotes('quay', 'pf'.repeat(20)), 'yyyyo')

  test('is never what is held back, in whatever row it rests', () => {
    const rows = merge(structure, votes).takeChanges()
    expect(new Set(rows.map(({ view }) => view))).toEqual(new Set(['place', 'breakdown', 'pane', 'frontier']))
    expect(rows.filter(({ view }) => view === 'breakdown').map(({ counts }) => counts)).toEqual([[32], [8]])
    expect(shown(structure, rows).contest('jam', WHOLE_ELECTION)[0]).toBe(30)
  })

  test('is turnout of groups at once, and their choices when it is decided how', () => {
    const merged = merge(structure, [...votes, sealOf(votes)])
    const before = shown(structure, merged.all())
    expect([ballotsIn(before, ''), ballotsIn(before, 'jam'), before.isReleased(['age'])]).toEqual([[['young', 32], ['old', 8]], [], false])
    merged.takeChanges()
    merged.release(planOf({ names: 'age', joined: [] }))
    const after = shown(structure, merged.all())
    expect([ballotsIn(after, ''), ballotsIn(after, 'jam'), after.isReleased(['age'])]).toEqual([[['young', 32], ['old', 8]], [['young', 32], ['old', 8]], true])
    const changes = merged.takeChanges()
    expect(changes.filter(({ view }) => view === 'group').map(({ key }) => key).toSorted()).toEqual(['age/', 'age/old', 'age/young'])
  })

  test('is one number for groups that were joined', () => {
    const merged = merge(structure, [...votes, sealOf(votes)])
    merged.release(planOf({ names: 'age', joined: ['old', 'young'] }))
    expect(ballotsIn(shown(structure, merged.all()), 'jam')).toEqual([['_other', 40]])
  })

  test('is nothing of groups that the definition no longer asks for', () => {
    const merged = merge(structure, [...votes, sealOf(votes)])
    merged.release(planOf({ names: 'age', joined: [] }))
    const results = createResults(structure)
    results.apply(1, merged.takeChanges(), true)
    merged.want([])
    results.apply(2, merged.takeChanges())
    expect([ballotsIn(results.at(), ''), ballotsIn(results.at(), 'jam'), results.at().isReleased(['age'])]).toEqual([[], [], false])
  })

  test('is taken back when a restored database holds boxes that are open again', () => {
    const merged = merge(structure, [...votes, sealOf(votes)])
    merged.release(planOf({ names: 'age', joined: [] }))
    const results = createResults(structure)
    results.apply(1, merged.takeChanges(), true)
    merged.release(undefined)
    results.apply(2, merged.takeChanges())
    expect([ballotsIn(results.at(), 'jam'), results.at().isReleased(['age']), ballotsIn(results.at(), '').length]).toEqual([[], false, 2])
  })
})

describe('what a publisher tells of places in wide release units', () => {
  const structure = jamTown({ releaseUnits: 'WARD' })
  const votes = [...jamVotes('quay', 'pf'.repeat(10)), ...jamVotes('pier', 'ppf', 20), ...jamVotes('dock', 'pf'.repeat(6), 23), ...jamVotes('mill', 'pf'.repeat(6), 35)]
  const jam = (at: ResultsAt) => ['quay', 'pier', 'dock', 'harbour', 'mill', WHOLE_ELECTION].map((unit) => at.contest('jam', unit)[0])

  test('is their turnout, and their choices in those of the unit', () => {
    const at = shown(structure, merge(structure, votes).all())
    expect([jam(at), at.turnout('pier').ballots]).toEqual([[0, 0, 0, 20, 0, 20], 3])
  })

  test('is their own choices once every box is sealed, small ones with a neighbour, and every sum stays as it was', () => {
    const merged = merge(structure, [...votes, sealOf(votes)])
    const results = createResults(structure)
    results.apply(1, merged.takeChanges(), true)
    expect(jam(results.at())).toEqual([0, 0, 0, 35, 0, 47])
    merged.release(planOf({ names: '', joined: ['pier,dock'] }))
    results.apply(2, merged.takeChanges())
    expect([jam(results.at()), results.at().turnout('pier').ballots, results.at().turnout(WHOLE_ELECTION).ballots]).toEqual([[20, 0, 15, 35, 12, 47], 3, 47])
    expect([results.at().shownWith('pier'), results.at().shownWith('dock')]).toEqual(['dock', undefined])
    expect(jam(shown(structure, merged.all()))).toEqual(jam(results.at()))
    expect(shown(structure, merged.all()).shownWith('pier')).toBe('dock')
  })
})
