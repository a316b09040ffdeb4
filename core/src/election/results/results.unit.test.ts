import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyElectionWithBallots } from '../elections-under-test.js'
import { crumbleton } from '../fixtures/index.js'
import { WHOLE_ELECTION, type ResultRow } from './result-row.js'
import type { ResultsAt } from './results-at.js'
import { toldRows } from './told-row.js'
import { createResults, RevisionGoneError } from './results.js'
import { compileStructure, type Structure } from '../structure/structure.js'
import { createTally } from '../counting/tally.js'
import { VOTE_CHANNELS } from '../vocabulary.js'

const structure = compileStructure(crumbleton.definition)
/** A row of a place with its ballots, and counts of the pie where they are given. */
const place = (leaf: string, ballots: number, pie: readonly number[] = [], channel = 'EARLY'): ResultRow => {
  const layout = structure.layout(leaf)
  const counts = Array.from({ length: layout.width }, () => 0)
  counts[0] = ballots
  pie.forEach((count, at) => { counts[(layout.offsetOf('pie') ?? 0) + at] = count })
  return { view: 'place', key: `${leaf}/${channel}`, counts }
}
const mill = (ballots: number): ResultRow => place('mill', ballots)

/** Everything that can be read, as one value. */
function readAll({ definition, units, contests, breakdowns }: Structure, at: ResultsAt): unknown {
  const names = [WHOLE_ELECTION, ...units.keys()]
  return {
    turnout: names.map((unit) => [unit, at.turnout(unit).ballots, [...at.turnout(unit).byChannel], at.eligibleVoters(unit)]),
    contests: definition.contests.map(({ id }) => names.map((unit) => [unit, at.contest(id, unit), ...VOTE_CHANNELS.map((channel) => at.contest(id, unit, channel))])),
    breakdowns: breakdowns.map((attributes) => ['', ...contests.keys()].map((contest) => at.breakdown(attributes, contest))),
    panes: ['', ...contests.keys()].map((contest) => [at.panes(contest), at.late(contest)]),
  }
}

const rowArbitrary: fc.Arbitrary<ResultRow> = fc.oneof(
  fc.record({ leaf: fc.constantFrom('mill', 'market', 'harbour'), channel: fc.constantFrom('EARLY', 'ONLINE'), ballots: fc.nat(9) }).map(({ leaf, channel, ballots }) => place(leaf, ballots, [], channel)),
  fc.record({ leaf: fc.constantFrom('mill', 'harbour'), counts: fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }) }).map(({ leaf, counts }) => place(leaf, counts[0] ?? 0, counts)),
  fc.record({ value: fc.constantFrom('young', 'old'), ballots: fc.nat(9) }).map(({ value, ballots }): ResultRow => ({ view: 'breakdown', key: `age/${value}`, counts: [ballots] })),
  fc.record({ start: fc.constantFrom(10_000, 20_000), ballots: fc.nat(9) }).map(({ start, ballots }): ResultRow => ({ view: 'pane', key: `/${start}`, counts: [ballots] })),
  fc.nat(9).map((ballots): ResultRow => ({ view: 'late', key: '', counts: [ballots] })),
  fc.record({ leaf: fc.constantFrom('mill', 'market'), voters: fc.nat(99) }).map(({ leaf, voters }): ResultRow => ({ view: 'eligible', key: leaf, counts: [voters] })),
)
const revisionsArbitrary = fc.array(fc.record({ rows: fc.array(rowArbitrary, { maxLength: 6 }), isFull: fc.boolean() }), { minLength: 1, maxLength: 30 })

describe('results at a revision', () => {
  test('never change for a reader who holds on to them, whatever is published meanwhile', () => {
    fc.assert(fc.property(revisionsArbitrary, (revisions) => {
      const results = createResults(structure)
      const held = revisions.map(({ rows, isFull }, at) => {
        results.apply(at + 1, rows, isFull)
        const read = results.at()
        return { read, atFirst: readAll(structure, read) }
      })
      for (const [at, { read, atFirst }] of held.entries()) {
        expect(readAll(structure, read)).toEqual(atFirst)
        expect(read.revision).toBe(at + 1)
      }
    }), { numRuns: 200 })
  })

  test('are the same however they came: change by change, or as one full revision of what counts now', () => {
    fc.assert(fc.property(revisionsArbitrary, (revisions) => {
      const inSteps = createResults(structure)
      const now = new Map<string, ResultRow>()
      for (const [at, { rows, isFull }] of revisions.entries()) {
        inSteps.apply(at + 1, rows, isFull)
        if (isFull) for (const [id, row] of now) now.set(id, { ...row, counts: row.counts.map(() => 0) })
        for (const row of rows) now.set(`${row.view}:${row.key}`, row)
      }
      const atOnce = createResults(structure)
      atOnce.apply(1, now.values(), true)
      // a breakdown lists its groups in the order in which they first appeared
      const ordered = (at: ResultsAt): ResultsAt => ({ ...at, breakdown: (attributes, contest) => at.breakdown(attributes, contest).toSorted(([one], [other]) => one.join() < other.join() ? -1 : 1) })
      expect(readAll(structure, ordered(inSteps.at()))).toEqual(readAll(structure, ordered(atOnce.at())))
    }), { numRuns: 200 })
  })

  test('sum leaves upwards in any election: each unit is the sum of the leaves it is made of, each counted once', () => {
    fc.assert(fc.property(anyElectionWithBallots, ({ structure: any, ballots }) => {
      const tally = createTally(any)
      for (const ballot of ballots) tally.add(ballot)
      const results = createResults(any)
      results.apply(1, toldRows(any, tally.rows()))
      const at = results.at()
      for (const unit of [...any.units.values(), { id: WHOLE_ELECTION, leaves: any.leaves.map(({ id }) => id) }]) {
        expect(at.turnout(unit.id).ballots, unit.id).toBe(ballots.filter((ballot) => unit.leaves.includes(ballot.unit)).length)
        for (const { id: contest } of any.contests.values()) {
          const sum = unit.leaves.map((leaf) => at.contest(contest, leaf)).reduce((one, other) => one.map((count, place) => count + (other[place] ?? 0)))
          expect(at.contest(contest, unit.id), `${contest} in ${unit.id}`).toEqual(sum)
        }
      }
    }), { numRuns: 150 })
  })

  test('can be read for two hundred revisions, and then say that they are gone instead of something wrong', () => {
    const results = createResults(structure)
    results.apply(1, [mill(1)])
    const first = results.at()
    for (let revision = 2; revision <= 201; revision += 1) results.apply(revision, [mill(revision)])
    expect(first.turnout('mill').ballots).toBe(1)
    expect(first.turnout(WHOLE_ELECTION).ballots).toBe(1)
    results.apply(202, [mill(202)])
    expect(() => first.turnout('mill')).toThrow(RevisionGoneError)
    expect(() => first.turnout('north')).toThrow('Revision 1 is no longer held in memory.')
    expect(results.at().turnout('north').ballots).toBe(202)
  })

  test('stay readable for ever where nothing has changed since', () => {
    const results = createResults(structure)
    results.apply(1, [mill(1), place('market', 5)])
    const first = results.at()
    for (let revision = 2; revision <= 500; revision += 1) results.apply(revision, [mill(revision)])
    expect(first.turnout('market').ballots).toBe(5)
    expect(first.turnout('cellar').ballots).toBe(0)
    expect(() => first.turnout('mill')).toThrow(RevisionGoneError)
  })

  test('can be let go earlier by somebody who knows that nobody reads them', () => {
    const results = createResults(structure)
    results.apply(1, [mill(1)])
    const [first, seen] = [results.at(), [] as number[]]
    results.apply(2, [mill(2)], false, 1)
    seen.push(first.turnout('mill').ballots)
    results.apply(3, [mill(3)], false, 3)
    expect(seen).toEqual([1])
    expect(() => first.turnout('mill')).toThrow(RevisionGoneError)
    expect(results.at().turnout('mill').ballots).toBe(3)
  })
})

test('a breakdown is complete when every ballot is in a group, but for those that a correction added or took: these say nothing of voters', () => {
  const results = createResults(structure)
  const correction = (ballots: number): ResultRow => ({ view: 'correction', key: WHOLE_ELECTION, counts: [ballots, ...Array.from({ length: structure.layout(WHOLE_ELECTION).width - 1 }, () => 0)] })
  const isComplete = (...rows: readonly ResultRow[]): boolean => {
    results.apply(results.revision + 1, rows)
    return results.at().isComplete(['age'])
  }
  expect(isComplete(mill(5), { view: 'breakdown', key: 'age/young', counts: [4] })).toBe(false)
  expect(isComplete({ view: 'breakdown', key: 'age/old', counts: [1] })).toBe(true)
  expect(isComplete(mill(7), correction(2))).toBe(true)
  expect(isComplete(mill(4), correction(-1))).toBe(true)
  expect(isComplete(mill(6))).toBe(false)
})

describe('a full revision', () => {
  test('replaces everything: what is not in it has become zero, at every level', () => {
    const results = createResults(structure)
    results.apply(1, [
      place('mill', 3, [3, 0, 0, 2, 1]), { view: 'breakdown', key: 'age/young', counts: [3] },
      { view: 'pane', key: '/10000', counts: [2] }, { view: 'late', key: '', counts: [1] }, { view: 'eligible', key: 'mill', counts: [9] },
    ])
    results.apply(2, [place('market', 1)], true)
    const at = results.at()
    expect(['mill', 'market', 'north', 'cd-sweet', WHOLE_ELECTION].map((unit) => at.turnout(unit).ballots)).toEqual([0, 1, 1, 0, 1])
    expect(at.contest('pie', 'cd-sweet')).toEqual([0, 0, 0, 0, 0])
    expect([at.breakdown(['age'], ''), at.panes(''), at.late('')]).toEqual([[], [], [0]])
    expect(at.eligibleVoters(WHOLE_ELECTION)).toBe(0)
  })

  test('may be applied a second time without effect', () => {
    const results = createResults(structure)
    for (const revision of [1, 2]) results.apply(revision, [place('mill', 3, [3, 0, 0, 2, 1])], true)
    expect(results.at().turnout('north').ballots).toBe(3)
    expect(results.at().contest('pie', 'riverside')).toEqual([3, 0, 0, 2, 1])
  })
})

test('before the first revision there are zeros of the right width, and nobody knows how many may vote', () => {
  const at = createResults(structure).at()
  expect(at.revision).toBe(0)
  expect(at.contest('baker', 'mill')).toEqual([0, 0, 0, 0, 0, 0])
  expect(at.contest('pie', WHOLE_ELECTION, 'EARLY')).toEqual([0, 0, 0, 0, 0])
  expect([...at.turnout('mill').byChannel.values()]).toEqual([0, 0, 0, 0, 0])
  expect([at.eligibleVoters('mill'), at.panes('baker'), at.breakdown(['age'], 'baker')]).toEqual([undefined, [], []])
})
