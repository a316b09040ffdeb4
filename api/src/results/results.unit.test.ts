import 'reflect-metadata'
import { createResults, type ResultRow } from '@livetally/core/election'
import type { Revision } from '@livetally/core/store'
import { describe, expect, test } from 'vitest'
import type { Identity } from '../auth/identity.js'
import { ReportingUnit } from '../elections/reporting-unit.type.js'
import { compareKeys, filterUnits } from '../elections/unit-list.js'
import type { ShownRevision } from '../live/shown-revision.js'
import type { RequestContext } from '../server/context.js'
import { breakfastElection } from '../testing/breakfast-election.js'
import { TOKEN_IDS } from '../testing/token-book-under-test.js'
import { panesOf, shownPanes } from '../timeline/timeline-under-test.js'
import { breakDown } from './breakdown.type.js'
import { ContestResults } from './contest-results.type.js'
import { ElectionResults } from './election-results.type.js'
import { createPastResults } from './past-results.js'
import { assertVisible, showResults } from './show-results.js'
import { topUnits } from './top-units.type.js'
import { turnoutByUnit, UnitTurnout } from './turnout.type.js'

const election = breakfastElection({ breakdowns: [['age', 'hunger'], ['unit:WARD', 'age']] })

/** Six ballots for the dish: pancake 3 (two in Hall 1, one in Hall 10), porridge 2, one blank; four of them in the north. */
const rows: ResultRow[] = [
  placeRow('n1', 'ONLINE', 3, { dish: [3, 1, 0, 2, 0, 0, 0], toppings: [3, 2, 0, 2, 2, 0] }),
  placeRow('n2', 'EARLY', 1, { dish: [1, 0, 0, 0, 0, 1, 0] }),
  placeRow('s10', 'ONLINE', 2, { dish: [2, 0, 0, 1, 0, 1, 0] }),
  { view: 'eligible', key: 'n1', counts: [100] },
  { view: 'eligible', key: 's10', counts: [4] },
  packed('breakdown', 'age/wise', '', 4),
  packed('breakdown', 'age/_unknown', '', 2),
  packed('breakdown', 'age,hunger/wise,peckish', '', 3, { dish: [3, 0, 0, 2, 0, 1, 0] }),
  packed('breakdown', 'unit:WARD,age/north,young', '', 1),
  packed('breakdown', 'unit:WARD,age/south,wise', '', 2),
  packed('pane', '/0', '', 2),
  packed('pane', '/10000', '', 1),
  packed('pane', '/60000', '', 3),
  packed('late', '', '', 4),
]

function packed(view: ResultRow['view'], key: string, unit: string, ballots: number, contests: Readonly<Record<string, readonly number[]>> = {}): ResultRow {
  const layout = election.structure.layout(unit)
  const counts = Array.from({ length: layout.width }, () => 0)
  counts[0] = ballots
  for (const [contest, own] of Object.entries(contests)) own.forEach((count, at) => { counts[(layout.offsetOf(contest) ?? 0) + at] = count })
  return { view, key, counts }
}

function placeRow(leaf: string, channel: string, ballots: number, contests: Readonly<Record<string, readonly number[]>>): ResultRow {
  return packed('place', `${leaf}/${channel}`, leaf, ballots, contests)
}

function shown({ asOf = 65_000, finalUntil = 60_000 }: { asOf?: number | null, finalUntil?: number } = {}): ShownRevision {
  const results = createResults(election.structure)
  results.apply(1, rows, true)
  return { election, at: results.at(), facts: { revision: 1, publishedAt: 70_000, status: 'UNOFFICIAL_PARTIAL', asOf, finalUntil, vector: [{ box: 0, generation: 1, nextSeq: 6, sealedSeq: null }] } }
}

const shapeOf = (id: string) => {
  const shape = election.structure.contests.get(id)
  if (shape === undefined) throw new Error(`There is no contest ${id}.`)
  return shape
}
const unitOf = (id: string) => {
  const unit = election.structure.units.get(id)
  if (unit === undefined) throw new Error(`There is no unit ${id}.`)
  return unit
}

describe('a contest', () => {
  const dish = new ContestResults(shown(), shapeOf('dish'), undefined, 0)

  test('gives every option in ballot order, with its share and rank', () => {
    expect(dish.totals.map(({ option, votes, rank, share }) => [option.name, votes, rank, share.percent])).toEqual([['Pancake', 3, 1, 60], ['Waffle', 0, 3, 0], ['Porridge', 2, 2, 40], ['Toast', 0, 3, 0]])
    expect([dish.ballots, dish.votes, dish.undervotes, dish.overvotes]).toEqual([6, 5, 1, 0])
  })

  test('names who leads and by how much', () => {
    expect([dish.leaders.map(({ id }) => id), dish.isTied, dish.margin]).toEqual([['e7/o/dish/pancake'], false, 1])
  })

  test('adds up parties, those of none last', () => {
    expect(dish.byParty.map(({ party, votes }) => [party?.abbreviation, votes])).toEqual([['BAT', 3], ['OAT', 2], [undefined, 0]])
  })

  test('is counted by channel and by unit', () => {
    expect(dish.byChannel.find(({ channel }) => channel === 'EARLY')?.totals.map(({ votes }) => votes)).toEqual([0, 0, 1, 0])
    const river = new ContestResults(shown(), shapeOf('dish'), unitOf('river'), 0)
    expect(river.totals.map(({ votes }) => votes)).toEqual([1, 0, 2, 0])
    expect(river.reportingUnit?.name).toBe('River District')
  })

  test('is offered by every unit that shares a polling place with it', () => {
    const names = (contest: string): string[] => {
      const page = new ContestResults(shown(), shapeOf(contest), undefined, 0).byUnit({ first: 20 }, null) as { nodes: { reportingUnit: ReportingUnit }[] }
      return page.nodes.map(({ reportingUnit }) => reportingUnit.name)
    }
    expect(names('dish')).toEqual(['Hall 1', 'Hall 2', 'Hall 10', 'North Ward', 'River District', 'South Ward', 'Town of Crumpet'])
    expect(names('toppings')).toEqual(['Hall 1', 'Hall 2', 'North Ward', 'River District', 'Town of Crumpet'])
  })

  test('before the first vote leads nobody and has no share', () => {
    const empty: ShownRevision = { ...shown(), at: createResults(election.structure).at() }
    const nothing = new ContestResults(empty, shapeOf('toppings'), undefined, 0)
    expect([nothing.leaders, nothing.isTied, nothing.margin, nothing.totals.map(({ votes, share }) => [votes, share.percent])]).toEqual([[], false, null, [[0, null], [0, null], [0, null]]])
  })
})

test('says how many ballots corrections have added or taken away, so that readers can tell those that were cast', () => {
  expect(new ElectionResults(shownPanes(panesOf(), { corrected: -2 }), 0).ballotsCorrected).toBe(-2)
})

describe('ballots whose choices are held back', () => {
  /** As of 40 ballots at Hall 1, and a correction of how many were cast there. */
  const held = (change: number, definition: Parameters<typeof breakfastElection>[0], released?: number): number => {
    const { structure, ...facts } = breakfastElection(definition)
    const counted = (view: ResultRow['view'], key: string, unit: string, ballots: number): ResultRow =>
      ({ view, key, counts: Array.from({ length: structure.layout(unit).width }, (_, at) => at === 0 ? ballots : 0) })
    const results = createResults(structure)
    results.apply(1, [
      counted('place', 'n1/ONLINE', 'n1', 40 + change),
      counted('correction', '', '', change),
      ...released === undefined ? [] : [{ view: 'frontier' as const, key: '0/n1/', counts: [released, released, 0] }],
    ], true)
    return new ElectionResults({ ...shown(), election: { ...facts, structure }, at: results.at() }, 0).choicesPending
  }

  test('are those that were cast and not shown, however many a correction adds or takes away', () => {
    expect([20, 0, -20].map((change) => held(change, { ballotSecrecy: 'SECRET' }, 30))).toEqual([10, 10, 10])
  })
  test('are none where ballots are open, not even if a correction takes some away', () => {
    expect([20, 0, -20].map((change) => held(change, { ballotSecrecy: 'OPEN' }))).toEqual([0, 0, 0])
  })
})

describe('turnout', () => {
  test('by unit leads on with its own cursors only', () => {
    const ask = (orderBy: Parameters<typeof turnoutByUnit>[3], after: string | null, search = 'hall') => turnoutByUnit(shown(), { first: 1, after }, { search }, orderBy)
    const { endCursor } = ask('NAME_ASC', null).pageInfo
    expect(ask('NAME_ASC', endCursor).nodes.map(({ reportingUnit }) => reportingUnit.name)).toEqual(['Hall 2'])
    for (const elsewhere of [() => ask('BALLOTS_DESC', endCursor), () => ask('NAME_ASC', endCursor, 'ward'), () => new ContestResults(shown(), shapeOf('dish'), undefined, 0).byUnit({ first: 1, after: endCursor }, null)]) {
      expect(elsewhere).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
    }
  })
  test('has no first places if none are asked for', () => {
    expect(topUnits(shown(), { by: 'BALLOTS', kind: null, first: 0 })).toEqual([])
  })
  test('marks a place with more ballots than voters', () => {
    const unit = unitOf('n1')
    const over = (ballots: number, eligible: number | undefined): boolean => new UnitTurnout(shown(), { unit, ballots, eligible }).isOverEligible
    expect([over(101, 100), over(100, 100), over(1, 0), over(0, 0), over(101, undefined)]).toEqual([true, false, true, false, false])
  })
  const names = (orderBy: Parameters<typeof turnoutByUnit>[3], filter: Parameters<typeof turnoutByUnit>[2] = { leavesOnly: true }): string[] =>
    turnoutByUnit(shown(), {}, filter, orderBy).nodes.map(({ reportingUnit }) => reportingUnit.name)

  test('of the election has its basis', () => {
    const results = new ElectionResults(shown(), 0)
    expect([results.ballotsCast, results.eligibleVoters, results.turnout?.basis]).toEqual([6, 104, 'ELIGIBLE_VOTERS'])
    expect(results.byChannel.map(({ channel, ballots }) => [channel, ballots])).toEqual([['ONLINE', 5], ['ELECTION_DAY', 0], ['EARLY', 1], ['ABSENTEE_MAIL', 0], ['PROVISIONAL', 0]])
  })

  test.each([
    ['NAME_ASC', ['Hall 1', 'Hall 2', 'Hall 10']], ['NAME_DESC', ['Hall 10', 'Hall 2', 'Hall 1']],
    ['BALLOTS_DESC', ['Hall 1', 'Hall 10', 'Hall 2']], ['TURNOUT_DESC', ['Hall 10', 'Hall 1', 'Hall 2']],
    ['ELIGIBLE_ASC', ['Hall 10', 'Hall 1', 'Hall 2']], ['TURNOUT_ASC', ['Hall 1', 'Hall 10', 'Hall 2']],
  ] as const)('is sorted %s, what is not known last', (orderBy, expected) => {
    expect(names(orderBy)).toEqual(expected)
  })

  test('ranks polling places by ballots and by turnout; one without known voters has no turnout', () => {
    const ranked = (by: 'BALLOTS' | 'TURNOUT', first: number | null = null, kind: 'WARD' | null = null) => topUnits(shown(), { by, kind, first }).map(({ rank, reportingUnit, ballots, turnout }) => [rank, reportingUnit.name, ballots, turnout?.percent ?? null])
    expect(ranked('BALLOTS')).toEqual([[1, 'Hall 1', 3, 3], [2, 'Hall 10', 2, 50], [3, 'Hall 2', 1, null]])
    expect(ranked('TURNOUT')).toEqual([[1, 'Hall 10', 2, 50], [2, 'Hall 1', 3, 3]])
    expect(ranked('TURNOUT', 1)).toEqual([[1, 'Hall 10', 2, 50]])
    expect(ranked('BALLOTS', 5, 'WARD')).toEqual([[1, 'North Ward', 4, 4], [2, 'South Ward', 2, 50]])
    for (const first of [-1, 201]) expect(() => ranked('BALLOTS', first)).toThrow('0 to 200')
  })

  test('is found by words, kind and parent', () => {
    expect(names('NAME_ASC', { search: 'hall 1' })).toEqual(['Hall 1', 'Hall 10'])
    expect(names('NAME_ASC', { kinds: ['WARD', 'DISTRICT'] })).toEqual(['North Ward', 'River District', 'South Ward'])
    expect(names('NAME_ASC', { parentId: 'e7/u/river' })).toEqual(['Hall 2', 'Hall 10'])
    expect(() => names('NAME_ASC', { parentId: 'e7/u/atlantis' })).toThrow('no reporting unit')
  })

  test('searches without regard to case and accents', () => {
    const { structure } = breakfastElection({ reportingUnits: [{ id: 'a', name: 'Café Noël', kind: 'POLLING_PLACE' }], contests: [{ id: 'c', title: 'C', reportingUnit: 'a', options: [{ id: 'o', name: 'O' }] }] })
    expect(filterUnits(7, structure, structure.units.values(), { search: 'cafe NOEL' })).toHaveLength(1)
  })
})

describe('a breakdown', () => {
  test('has a cell for every combination, zeros included', () => {
    const { cells } = breakDown(shown(), shapeOf('dish'), ['e7/a/age', 'hunger'])
    expect(cells.map(({ values, ballots }) => [values.map(({ name }) => name).join(' '), ballots])).toEqual([['Young Peckish', 0], ['Young Starving', 0], ['Wise Peckish', 3], ['Wise Starving', 0]])
    expect(cells[2]?.totals.map(({ votes }) => votes)).toEqual([2, 0, 1, 0])
    expect(cells[2]?.byParty.map(({ votes }) => votes)).toEqual([2, 1, 0])
  })

  test('may be asked the other way round', () => {
    const { by, cells } = breakDown(shown(), shapeOf('dish'), ['hunger', 'age'])
    expect(by.map(({ name }) => name)).toEqual(['Hunger', 'Age'])
    expect(cells.map(({ values, ballots }) => [values.map(({ id }) => id).join(' '), ballots])).toEqual([['peckish young', 0], ['peckish wise', 3], ['starving young', 0], ['starving wise', 0]])
  })

  test('may be by the units of a kind and an attribute', () => {
    const { by, cells } = breakDown(shown(), undefined, ['unit:WARD', 'e7/a/age'])
    expect(by.map(({ id, name, values }) => [id, name, values.map((value) => value.name)])).toEqual([['e7/a/unit:WARD', 'Ward', ['North Ward', 'South Ward']], ['e7/a/age', 'Age', ['Young', 'Wise']]])
    expect(cells.map(({ values, ballots }) => [...values.map(({ id }) => id), ballots])).toEqual([['north', 'young', 1], ['north', 'wise', 0], ['south', 'young', 0], ['south', 'wise', 2]])
  })

  test('that was added to a running election is not complete until every ballot is in a group', () => {
    expect(breakDown(shown(), undefined, ['age']).isComplete).toBe(true)
    expect(breakDown(shown(), undefined, ['unit:WARD', 'age']).isComplete).toBe(false)
  })

  test('shows voters of whom nothing is known where there are any', () => {
    const { cells } = breakDown(shown(), undefined, ['age'])
    expect(cells.map(({ values, ballots, totals }) => [values[0]?.name, ballots, totals])).toEqual([['Young', 0, []], ['Wise', 4, []], ['Not known', 2, []]])
  })

  test('says how many of each group may vote, and how many of them have, once the roll names everybody', () => {
    const election = breakfastElection({ breakdowns: [['unit:WARD', 'age']] })
    const results = createResults(election.structure)
    const show = (): ShownRevision => ({ ...shown(), election, at: results.at() })
    const ballots = (key: string, count: number): ResultRow => ({ view: 'breakdown', key, counts: [count, ...Array.from({ length: election.structure.layout('').width - 1 }, () => 0)] })
    const cellsBy = (by: string[]) => breakDown(show(), undefined, by).cells.map(({ values, ballots: cast, eligibleVoters, turnout }) => [values.map(({ name }) => name).join(', '), cast, eligibleVoters, turnout?.percent ?? null])
    results.apply(1, [
      ballots('age/wise', 3), ballots('unit:WARD,age/north,wise', 3),
      { view: 'eligible', key: 'n1', counts: [10] }, { view: 'electorate', key: '/', counts: [8, 8] }, { view: 'electorate', key: 'age/', counts: [8] },
      { view: 'electorate', key: 'age/wise', counts: [6] }, { view: 'electorate', key: 'age/young', counts: [2] },
    ])
    expect(cellsBy(['age']), 'two of the north are not on the roll').toEqual([['Young', 0, null, null], ['Wise', 3, null, null]])
    results.apply(2, [
      { view: 'electorate', key: 'age/', counts: [10] }, { view: 'electorate', key: 'age/young', counts: [4] },
      { view: 'electorate', key: 'unit:WARD,age/', counts: [10] }, { view: 'electorate', key: 'unit:WARD,age/north,wise', counts: [6] }, { view: 'electorate', key: 'unit:WARD,age/north,young', counts: [4] },
    ])
    expect(cellsBy(['age'])).toEqual([['Young', 0, 4, 0], ['Wise', 3, 6, 50]])
    expect(cellsBy(['age', 'unit:WARD'])).toEqual([['Young, North Ward', 0, 4, 0], ['Young, South Ward', 0, 0, null], ['Wise, North Ward', 3, 6, 50], ['Wise, South Ward', 0, 0, null]])
    expect(breakDown(show(), shapeOf('dish'), ['age']).cells.map(({ eligibleVoters }) => eligibleVoters), 'of a contest it is not known').toEqual([null, null])
    expect(breakDown(show(), undefined, ['e7/a/unit:WARD', 'age']).by.map(({ id, name }) => [id, name])).toEqual([['e7/a/unit:WARD', 'Ward'], ['e7/a/age', 'Age']])
    results.apply(3, [{ view: 'eligible', key: 'n1', counts: [13] }, { view: 'electorate', key: 'age/', counts: [13] }, { view: 'electorate', key: 'age/_unknown', counts: [3] }])
    expect(cellsBy(['age']), 'before any of those of whom nothing is known has voted').toEqual([['Young', 0, 4, 0], ['Wise', 3, 6, 50], ['Not known', 0, 3, 0]])
  })

  test.each([[['age', 'age']], [['shoe-size']], [[]], [['age', 'hunger', 'age']], [['e8/a/age']]])('of %j is not offered, and what is offered is named', (by) => {
    expect(() => breakDown(shown(), undefined, by)).toThrow('It offers: [age], [hunger], [age, hunger], [unit:WARD, age].')
  })
})

describe('who sees results', () => {
  const everybody: Identity = { role: 'ANONYMOUS' }
  const auditor: Identity = { role: 'AUDITOR', claims: { role: 'AUDITOR', sub: 'a', exp: 1, ...TOKEN_IDS } }
  test.each([
    ['LIVE', 'OPEN', undefined], ['LIVE', 'CLOSED', undefined],
    ['AFTER_CLOSE', 'OPEN', 'RESULTS_AFTER_CLOSE'], ['AFTER_CLOSE', 'PAUSED', 'RESULTS_AFTER_CLOSE'], ['AFTER_CLOSE', 'CLOSED', undefined],
    ['WHEN_RELEASED', 'CLOSED', 'RESULTS_NOT_RELEASED'], ['WHEN_RELEASED', 'CERTIFIED', undefined],
  ] as const)('results that are shown %s, in phase %s: the reason for the public is %s', (resultsVisibility, phase, reason) => {
    const asked = breakfastElection({ resultsVisibility, phase })
    const refusal = (identity: Identity): unknown => {
      try {
        assertVisible(identity, asked)
        return undefined
      } catch (error) {
        return error
      }
    }
    expect(refusal(everybody)).toEqual(reason && expect.objectContaining({ code: 'FORBIDDEN', extensions: { code: 'FORBIDDEN', reason } }))
    expect(refusal(auditor)).toBeUndefined()
  })
})

describe('what was published before it was shown to everybody', () => {
  const auditor: Identity = { role: 'AUDITOR', claims: { role: 'AUDITOR', sub: 'a', exp: 1, ...TOKEN_IDS } }
  const [counting, sealed] = [{ box: 0, generation: 1, nextSeq: 6, sealedSeq: null }, { box: 0, generation: 1, nextSeq: 6, sealedSeq: 6 }]
  const ask = (identity: Identity, resultsVisibility: 'LIVE' | 'AFTER_CLOSE' | 'WHEN_RELEASED', facts: Partial<ShownRevision['facts']>) => {
    const asked = breakfastElection({ resultsVisibility, phase: 'CERTIFIED', boxes: 1 })
    const found = { ...shown(), election: asked, isPast: true }
    const services = { past: { find: async () => ({ ...found, facts: { ...found.facts, ...facts } }) } }
    return showResults({ identity, services, shown: new Map() } as unknown as RequestContext, asked, { revision: 1 }).then(() => 'SHOWN', ({ extensions }: { extensions: { reason: string } }) => extensions.reason)
  }
  test.each([
    ['LIVE', 'UNOFFICIAL_PARTIAL', [counting], 'SHOWN'],
    ['AFTER_CLOSE', 'UNOFFICIAL_PARTIAL', [counting], 'RESULTS_AFTER_CLOSE'],
    ['AFTER_CLOSE', 'UNOFFICIAL_PARTIAL', [], 'RESULTS_AFTER_CLOSE'],
    ['AFTER_CLOSE', 'UNOFFICIAL_PARTIAL', [sealed, { ...counting, box: 1 }], 'SHOWN'],
    ['WHEN_RELEASED', 'UNOFFICIAL_COMPLETE', [sealed], 'RESULTS_NOT_RELEASED'],
    ['WHEN_RELEASED', 'CERTIFIED', [sealed, { ...sealed, box: 1 }], 'SHOWN'],
  ] as const)('stays hidden after the release: shown %s, a revision %s of %j is %s', async (visibility, status, vector, told) => {
    expect(await ask({ role: 'ANONYMOUS' }, visibility, { status, vector })).toBe(told)
    expect(await ask(auditor, visibility, { status, vector })).toBe('SHOWN')
  })

  test('choices that a revision held back are held back in it still', async () => {
    const secret = breakfastElection({ ballotSecrecy: 'SECRET', phase: 'CLOSED' })
    const results = createResults(secret.structure)
    results.apply(1, [{ view: 'place', key: 'n1/ONLINE', counts: [5] }], true)
    const before = { ...shown(), election: secret, at: results.at(), isPast: true }
    results.apply(2, [{ view: 'group', key: 'age/', counts: [1] }], false)
    expect(() => breakDown(before, [...secret.structure.contests.values()][0], ['age'])).toThrow(expect.objectContaining({ extensions: { code: 'FORBIDDEN', reason: 'AFTER_CLOSE' } }))
  })
})

describe('results as they were', () => {
  const revision = (number: number, ballots: number, isFull = false): Revision => ({
    election: 7, revision: number, publishedAt: number * 1_000, status: 'UNOFFICIAL_PARTIAL', asOf: null, finalUntil: null, isFull, vector: [],
    rows: [{ view: 'place', key: 'n1/ONLINE', counts: [ballots] }],
  })
  const stored = [revision(4, 10, true), revision(5, 11), revision(6, 12), revision(9, 20, true)]
  const past = createPastResults({
    revisions: {
      latest: async () => 9,
      find: async (_election, { revision: number, time }) => stored.findLast((one) => number === undefined ? one.publishedAt <= Number(time) : one.revision === number)?.revision,
      read: async (_election, from, limit) => stored.filter((one) => one.revision > from).slice(0, limit),
      readFromFull: async (_election, upTo = Infinity) => {
        const until = stored.filter((one) => one.revision <= upTo)
        return until.slice(until.findLastIndex(({ isFull }) => isFull))
      },
    },
  })

  test('are read as one revision, by number or by time', async () => {
    expect((await past.find(election, { revision: 5 })).at.turnout('town').ballots).toBe(11)
    expect((await past.find(election, { time: new Date(6_500) })).facts.revision).toBe(6)
  })

  test.each([[8, 9], [7, 6], [2, 4], [77, 9]])('revision %i, which is not kept, names %i as the nearest', async (wanted, nearest) => {
    await expect(past.find(election, { revision: wanted })).rejects.toMatchObject({ code: 'NOT_FOUND', message: `Revision ${wanted} is not kept. The nearest one that is: ${nearest}.` })
  })

  test('are not made up for a time before there were any', async () => {
    await expect(past.find(election, { time: new Date(10) })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

test('names are ordered as people do, and equal ones by id', () => {
  const sorted = [['Ward 10', 'a'], ['Ward 2', 'z'], [null, 'n'], ['Ward 2', 'b']] satisfies [string | null, string][]
  expect(sorted.toSorted(compareKeys(false))).toEqual([['Ward 2', 'b'], ['Ward 2', 'z'], ['Ward 10', 'a'], [null, 'n']])
  expect(sorted.toSorted(compareKeys(true)).map(([name]) => name)).toEqual(['Ward 10', 'Ward 2', 'Ward 2', null])
})
