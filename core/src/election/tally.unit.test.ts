import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BallotEntry } from './ballot.js'
import { anyElectionWithBallots } from './elections-under-test.js'
import { crumbleton, entriesOf, owlPost } from './fixtures/index.js'
import { compileStructure, type ContestShape, type Structure } from './structure.js'
import { createTally, UNKNOWN_VALUE, type TallyRow } from './tally.js'
import { VOTE_CHANNELS } from './vocabulary.js'

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

/** Every cell of every view, by filtering the ballots anew for each of them. */
function countNaively(structure: Structure, ballots: readonly BallotEntry[]): Record<string, readonly number[]> {
  const cells: Record<string, readonly number[]> = {}
  const put = (view: string, keyOf: (contest: string) => string, some: readonly BallotEntry[], own: (contest: ContestShape) => boolean = () => true): void => {
    for (const contest of structure.contests.values()) {
      const mine = some.filter(({ unit }) => structure.ballotStyle(unit).includes(contest))
      if (mine.length > 0 && own(contest)) cells[`${view}:${keyOf(contest.id)}`] = countContest(contest, mine)
    }
  }
  for (const { id: unit } of structure.leaves) {
    for (const channel of VOTE_CHANNELS) {
      const mine = ballots.filter((ballot) => ballot.unit === unit && ballot.channel === channel)
      if (mine.length > 0) cells[`turnout:${unit}/${channel}`] = [mine.length]
      put('contest', (contest) => `${contest}/${unit}/${channel}`, mine)
    }
  }
  for (const names of structure.breakdowns) {
    const groupOf = (ballot: BallotEntry): string => names.map((name) => ballot.attributes[name] ?? UNKNOWN_VALUE).join(',')
    for (const group of new Set(ballots.map(groupOf))) {
      const mine = ballots.filter((ballot) => groupOf(ballot) === group)
      cells[`breakdown:${names.join(',')}//${group}`] = [mine.length]
      put('breakdown', (contest) => `${names.join(',')}/${contest}/${group}`, mine)
    }
  }
  const { source, disorderMs, graceMs } = structure.definition.time
  const paneOf = ({ castAt }: BallotEntry): number => castAt - castAt % 10_000
  const isLate = (ballot: BallotEntry): boolean => source === 'IMPORTED' && ballots.some((earlier) => earlier.seq < ballot.seq && paneOf(ballot) + 10_000 + graceMs <= earlier.castAt - disorderMs)
  for (const start of new Set(ballots.map(paneOf))) {
    const mine = ballots.filter((ballot) => paneOf(ballot) === start && !isLate(ballot))
    if (mine.length > 0) cells[`pane://${start}`] = [mine.length]
    put('pane', (contest) => `${contest}//${start}`, mine)
  }
  const late = ballots.filter(isLate)
  if (late.length > 0) cells['late:/'] = [late.length]
  put('late', (contest) => `${contest}/`, late)
  return cells
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
      expect(byKey(tally.rows())).toEqual(byKey(fold(structure, ballots)))
    }), { numRuns: 200 })
  })

  test('accounts for every mark: votes and undervotes and overvotes are as many as all ballots allow', () => {
    fc.assert(fc.property(anyElectionWithBallots, ({ structure, ballots }) => {
      for (const { view, key, counts } of fold(structure, ballots)) {
        const contest = [...structure.contests.values()].find(({ id }) => key.split('/').includes(id))
        if (contest === undefined) continue
        const [cast = 0, ...marks] = counts
        expect(marks.reduce((sum, count) => sum + count, 0), `${view} ${key}`).toBe(cast * contest.votesAllowed)
      }
    }), { numRuns: 100 })
  })

  test('counts every ballot either in a window or as late, never in both and never in neither', () => {
    fc.assert(fc.property(anyElectionWithBallots, ({ structure, ballots }) => {
      const rows = byKey(fold(structure, ballots))
      const panes = Object.entries(rows).filter(([key]) => key.startsWith('pane://')).reduce((sum, [, [count = 0]]) => sum + count, 0)
      expect(panes + (rows['late:/']?.[0] ?? 0)).toBe(ballots.length)
    }), { numRuns: 100 })
  })

  test('counts nothing of a ballot that names an unknown place, contest or option, and says so', () => {
    const structure = compileStructure(crumbleton.definition)
    const [ballot] = entriesOf(crumbleton.ballots)
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
    for (const entry of entriesOf(owlPost.ballots).slice(0, 2)) tally.add(entry)
    expect(tally.changes).toBe(tally.takeChanges().length)
    expect([tally.changes, tally.takeChanges()]).toEqual([0, []])
    expect(tally.newestAt).toBe(owlPost.at('12:00:15'))
  })
})
