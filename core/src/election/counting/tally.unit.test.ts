import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BallotEntry } from '../ballot.js'
import { anyElectionWithBallots, holds } from '../elections-under-test.js'
import { crumbleton, castOneByOne, owlPost } from '../fixtures/index.js'
import type { ContestShape } from '../structure/contest-shape.js'
import { compileStructure, type Structure } from '../structure/structure.js'
import type { TallyRow } from './tally-rows.js'
import { createTally, UNKNOWN_VALUE } from './tally.js'
import { VOTE_CHANNELS } from '../vocabulary.js'

const byKey = (rows: readonly TallyRow[]): Record<string, readonly number[]> => Object.fromEntries(rows.map(({ view, key, counts }) => [`${view}:${key}`, counts]))
const fold = (structure: Structure, ballots: readonly BallotEntry[]): TallyRow[] => {
  const tally = createTally(structure)
  for (const ballot of ballots) expect(tally.add(ballot)).toBe(true)
  return tally.rows()
}

/** Counts of one contest over some ballots, asked one question at a time. */
function countContest(contest: ContestShape, ballots: readonly BallotEntry[]): number[] {
  const marks = ballots.map(({ selections }) => selections[contest.id] ?? [])
  const valid = marks.filter(({ length }) => length <= contest.votesAllowed)
  return [
    ballots.length,
    valid.reduce((sum, { length }) => sum + contest.votesAllowed - length, 0),
    (marks.length - valid.length) * contest.votesAllowed,
    ...[...contest.optionIndex.keys()].map((option) => valid.filter((marked) => marked.includes(option)).length),
  ]
}

/** The group of a ballot in a breakdown by `unit:KIND`: its own place, if that is of the kind, else the first unit of the kind that holds it. */
function unitGroup(structure: Structure, place: string, name: string): string {
  const ofKind = structure.definition.reportingUnits.filter(({ kind }) => `unit:${kind}` === name)
  return (ofKind.find(({ id }) => id === place) ?? ofKind.find(({ id }) => holds(structure.definition.reportingUnits, id, place)))?.id ?? UNKNOWN_VALUE
}

/** Every row of every view, by filtering the ballots anew for each of them. */
function countNaively(structure: Structure, ballots: readonly BallotEntry[]): Record<string, readonly number[]> {
  const rows: Record<string, readonly number[]> = {}
  const all = [...structure.contests.values()]
  const put = (id: string, contests: readonly ContestShape[], some: readonly BallotEntry[]): void => {
    if (some.length === 0) return
    rows[id] = [some.length, ...contests.flatMap((contest) => countContest(contest, some.filter(({ unit }) => structure.ballotStyle(unit).includes(contest))))]
  }
  for (const { id: unit } of structure.leaves) {
    for (const channel of VOTE_CHANNELS) put(`place:${unit}/${channel}`, structure.ballotStyle(unit), ballots.filter((ballot) => ballot.unit === unit && ballot.channel === channel))
  }
  for (const names of structure.breakdowns) {
    const groupOf = (ballot: BallotEntry): string => names.map((name) => name.startsWith('unit:') ? unitGroup(structure, ballot.unit, name) : ballot.attributes[name] ?? UNKNOWN_VALUE).join(',')
    for (const group of new Set(ballots.map(groupOf))) put(`breakdown:${names.join(',')}/${group}`, all, ballots.filter((ballot) => groupOf(ballot) === group))
  }
  const { source, disorderMs, graceMs } = structure.definition.time
  const paneOf = ({ castAt }: BallotEntry): number => castAt - castAt % 10_000
  const isLate = (ballot: BallotEntry): boolean => source === 'IMPORTED' && ballots.some((earlier) => earlier.seq < ballot.seq && paneOf(ballot) + 10_000 + graceMs <= earlier.castAt - disorderMs)
  for (const unit of ['', ...structure.firstLevelUnits]) {
    const mine = ballots.filter((ballot) => unit === '' || structure.units.get(ballot.unit)?.firstLevel === unit)
    const contests = unit === '' ? all : all.filter((contest) => structure.units.get(unit)?.leaves.some((leaf) => structure.ballotStyle(leaf).includes(contest)))
    for (const start of new Set(ballots.map(paneOf))) put(`pane:${unit}/${start}`, contests, mine.filter((ballot) => paneOf(ballot) === start && !isLate(ballot)))
    put(`late:${unit}`, contests, mine.filter(isLate))
  }
  return rows
}

describe('the count of a box', () => {
  test('is what a naive count finds, in any election with any ballots', () => {
    fc.assert(fc.property(anyElectionWithBallots, ({ structure, ballots }) => {
      expect(byKey(fold(structure, ballots))).toEqual(countNaively(structure, ballots))
    }), { numRuns: 300 })
  })

  test('is the same when it is stored after any ballot and resumed from what was stored', () => {
    fc.assert(fc.property(anyElectionWithBallots, fc.array(fc.nat(40), { maxLength: 4 }), ({ structure, ballots }, stops) => {
      const stored = new Map<string, TallyRow>()
      let tally = createTally(structure)
      const store = (): void => { for (const row of tally.takeChanges()) stored.set(`${row.view}:${row.key}`, row) }
      for (const ballot of ballots) {
        tally.add(ballot)
        if (!stops.includes(ballot.seq)) continue
        store()
        tally = createTally(structure, { rows: stored.values(), newestAt: tally.newestAt })
      }
      store()
      expect(byKey([...stored.values()])).toEqual(byKey(fold(structure, ballots)))
      expect(byKey(fold(structure, ballots)), 'what is still in memory').toMatchObject(byKey(tally.rows()))
    }), { numRuns: 200 })
  })

  test('accounts for every mark: votes and undervotes and overvotes are as many as all ballots allow', () => {
    fc.assert(fc.property(anyElectionWithBallots, ({ structure, ballots }) => {
      for (const { view, key, counts } of fold(structure, ballots)) {
        const unit = view === 'breakdown' ? '' : key.split('/')[0] ?? ''
        for (const contest of structure.contests.values()) {
          const [cast = 0, ...marks] = structure.layout(unit).slice(counts, contest.id) ?? [0]
          expect(marks.reduce((sum, count) => sum + count, 0), `${contest.id} in ${view} ${key}`).toBe(cast * contest.votesAllowed)
        }
      }
    }), { numRuns: 100 })
  })

  test('counts every ballot either in a window or as late, never in both and never in neither', () => {
    fc.assert(fc.property(anyElectionWithBallots, ({ structure, ballots }) => {
      const rows = byKey(fold(structure, ballots))
      const panes = Object.entries(rows).filter(([key]) => key.startsWith('pane:/')).reduce((sum, [, [count = 0]]) => sum + count, 0)
      expect(panes + (rows['late:']?.[0] ?? 0)).toBe(ballots.length)
    }), { numRuns: 100 })
  })

  test('counts nothing of a ballot that names an unknown place, contest or option, and says so', () => {
    const structure = compileStructure(crumbleton.definition)
    const [ballot] = castOneByOne(crumbleton.ballots)
    if (ballot === undefined) throw new Error('the fixture is empty')
    const tally = createTally(structure)
    for (const change of [{ unit: 'atlantis' }, { unit: 'atlantis', selections: {} }, { unit: 'north', selections: {} }, { selections: { mayor: ['rye'] } }, { selections: { baker: ['rye', 'nobody'] } }, { unit: 'market', selections: { pie: ['apple'] } }]) {
      expect(tally.add({ ...ballot, ...change })).toBe(false)
    }
    expect([tally.rows(), tally.takeChanges(), tally.newestAt]).toEqual([[], [], Number.NEGATIVE_INFINITY])
  })

  test('counts nothing for a tick, and tells each change once', () => {
    const tally = createTally(compileStructure(owlPost.definition))
    expect(tally.add({ kind: 'TICK', seq: 0, castAt: owlPost.at('12:30:00'), commitment: '00'.repeat(32) })).toBe(true)
    expect(tally.takeChanges()).toEqual([])
    for (const entry of castOneByOne(owlPost.ballots).slice(0, 2)) tally.add(entry)
    expect(tally.changes).toBe(tally.takeChanges().length)
    expect([tally.changes, tally.takeChanges()]).toEqual([0, []])
    expect(tally.newestAt, 'the tick says that the other boxes have come so far').toBe(owlPost.at('12:30:00'))
  })

  test('forgets closed panes once they were told, and counts on as if it had not', () => {
    fc.assert(fc.property(anyElectionWithBallots, fc.nat(5), ({ structure, ballots }, every) => {
      const tally = createTally(structure)
      const stored = new Map<string, TallyRow>()
      for (const ballot of ballots) {
        tally.add(ballot)
        if (ballot.seq % (every + 1) === 0) for (const row of tally.takeChanges()) stored.set(`${row.view}:${row.key}`, row)
      }
      for (const row of tally.takeChanges()) stored.set(`${row.view}:${row.key}`, row)
      expect(byKey([...stored.values()])).toEqual(byKey(fold(structure, ballots)))
    }), { numRuns: 200 })
  })

  test('adds what a correction changes to its place, and apart from all windows', () => {
    const structure = compileStructure(crumbleton.definition)
    const tally = createTally(structure)
    const correction = { type: 'CORRECTION', unit: 'mill', channel: 'EARLY', reason: 'The lid of the flour bin hid two ballots.', by: 'clerk' } as const
    const entry = { kind: 'CORRECTION', seq: 0, castAt: 0, commitment: '00'.repeat(32) } as const
    expect(tally.add({ ...entry, correction: { ...correction, changes: [
      { count: 'BALLOTS', old: 3, new: 5 }, { count: 'BALLOTS', contest: 'baker', old: 3, new: 5 },
      { count: 'VOTES', contest: 'baker', option: 'rye', old: 3, new: 6 }, { count: 'UNDERVOTES', contest: 'baker', old: 1, new: 0 },
    ] } })).toBe(true)
    const rows = byKey(tally.rows())
    expect(Object.keys(rows)).toEqual(['place:mill/EARLY', 'correction:', 'correction:north'])
    for (const [unit, id] of [['mill', 'place:mill/EARLY'], ['', 'correction:'], ['north', 'correction:north']] as const) {
      expect([rows[id]?.[0], structure.layout(unit).slice(rows[id] ?? [], 'baker')], id).toEqual([2, [2, -1, 0, 3, 0, 0]])
    }
    for (const changes of [[{ count: 'BALLOTS', contest: 'mayor', old: 0, new: 1 }], [{ count: 'VOTES', contest: 'baker', option: 'nobody', old: 0, new: 1 }]] as const) {
      expect(tally.add({ ...entry, correction: { ...correction, changes } })).toBe(false)
    }
    expect(tally.add({ ...entry, correction: { ...correction, unit: 'north', changes: [] } }), 'a ward, where nobody votes').toBe(false)
  })

  test('rolls panes up by their age: a minute, an hour', () => {
    const structure = compileStructure(crumbleton.definition)
    const at = crumbleton.at('08:00:00')
    const tally = createTally(structure, { rows: [], newestAt: Number.NEGATIVE_INFINITY, rolled: { minutesBefore: crumbleton.at('08:01:00'), hoursBefore: Number.NEGATIVE_INFINITY } })
    for (const entry of castOneByOne(crumbleton.ballots)) tally.add(entry)
    const panes = Object.entries(byKey(tally.rows())).filter(([id]) => id.startsWith('pane:/')).map(([id, [ballots]]) => [id, ballots])
    expect(panes).toEqual([[`pane:/${at}/60000`, 13], [`pane:/${at + 60_000}`, 3], [`pane:/${at + 70_000}`, 1]])
  })
})
