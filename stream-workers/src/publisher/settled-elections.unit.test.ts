import type { BoxState, ElectionVersion } from '@livetally/core/store'
import { expect, test } from 'vitest'
import { createHeldClock } from '../clock-under-test.js'
import { createSettledElections } from './settled-elections.js'

const version: ElectionVersion = { key: 3, slug: 'crumbleton', phase: 'CLOSED', phaseVersion: 4, definitionId: 'first' }
const box = (at: number, nextSeq: number, generation = 1): BoxState => ({ box: at, generation, nextSeq, sealedSeq: nextSeq, chain: '', newestAt: null, views: [] })

/** An election that was settled at revision 9, with two boxes. */
function setUp() {
  const clock = createHeldClock()
  const database = { latest: 9, positions: [box(0, 5), box(1, 3)], looks: 0 }
  const settled = createSettledElections({ clock, store: { latest: async () => { database.looks += 1; return database.latest }, positions: async () => database.positions } })
  settled.settle(version, 9, [box(0, 5), box(1, 3)])
  return { clock, database, settled }
}

test('an election that is published to its end is looked at every half minute, and is settled as long as it stands as it was', async () => {
  const { clock, database, settled } = setUp()
  expect([await settled.isSettled(version), database.looks]).toEqual([true, 0])
  await clock.advance(29_999)
  expect([await settled.isSettled(version), database.looks]).toEqual([true, 0])
  await clock.advance(1)
  expect([await settled.isSettled(version), database.looks]).toEqual([true, 1])
  expect([await settled.isSettled(version), database.looks]).toEqual([true, 1])
})

test.each<[string, (database: ReturnType<typeof setUp>['database']) => void]>([
  ['a correction was tallied of which nobody heard', (database) => { database.positions = [box(0, 5), box(1, 3), box(2, 1)] }],
  ['a box was counted anew', (database) => { database.positions = [box(0, 5, 2), box(1, 3)] }],
  ['a box has gone back, for the database was restored', (database) => { database.positions = [box(0, 5), box(1, 2)] }],
  ['the newest revision is another one', (database) => { database.latest = 8 }],
])('it is settled no more where %s', async (_what, happen) => {
  const { clock, database, settled } = setUp()
  happen(database)
  await clock.advance(30_000)
  expect(await settled.isSettled(version)).toBe(false)
})

test('nor at once where its phase or its definition is another one, or nobody settled it', async () => {
  const { settled, database } = setUp()
  for (const change of [{ phase: 'CERTIFIED' }, { phaseVersion: 5 }, { definitionId: 'second' }, { key: 4 }] as const) expect(await settled.isSettled({ ...version, ...change })).toBe(false)
  expect(database.looks).toBe(0)
  settled.forget((key) => key === 4)
  expect([settled.has(3), await settled.isSettled(version)]).toEqual([true, true])
  settled.forget((key) => key === 3)
  expect([settled.has(3), await settled.isSettled(version)]).toEqual([false, false])
})
