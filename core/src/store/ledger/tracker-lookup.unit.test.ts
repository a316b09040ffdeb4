import { expect, test } from 'vitest'
import type { Database } from '../database/database.js'
import { createTrackerLookup } from './tracker-lookup.js'

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

/** A database that answers a statement when the test says so; trackers that begin with `t` belong to a ballot. */
function setUp() {
  const statements: { trackers: readonly string[], answer: () => void, fail: () => void }[] = []
  const pool = {
    query: ({ values: [trackers] }: { values: [string[]] }) => new Promise((resolve, reject) => {
      statements.push({
        trackers,
        answer: () => { resolve({ rows: trackers.filter((tracker) => tracker.startsWith('t')).map((tracker) => ({ tracker, cast_at: new Date(Number(tracker.slice(1))), commitment: Buffer.from(tracker) })) }) },
        fail: () => { reject(new Error('the connection is gone')) },
      })
    }),
  } as unknown as Database['pool']
  const lookup = createTrackerLookup({ pool })
  const told = new Map<string, number | undefined | 'failed'>()
  const ask = (...trackers: readonly string[]): void => {
    for (const tracker of trackers) lookup.findByTracker(tracker).then((found) => told.set(tracker, found?.castAt), () => told.set(tracker, 'failed'))
  }
  const statement = (at: number) => statements[at] ?? expect.unreachable(`there were ${statements.length} statements, not ${at + 1}`)
  return { ask, told, statements, statement }
}

test('ballots that are asked for together are found by one statement, each by whoever asked', async () => {
  const { ask, told, statements, statement } = setUp()
  ask('t3', 'nobody', 't5')
  await turn()
  statement(0).answer()
  await turn()
  expect(statements.map(({ trackers }) => trackers)).toEqual([['t3', 'nobody', 't5']])
  expect([...told]).toEqual([['t3', 3], ['nobody', undefined], ['t5', 5]])
})

test('two statements are in flight at most; what is asked meanwhile waits for one of them, and goes together', async () => {
  const { ask, told, statements, statement } = setUp()
  for (const tracker of ['t1', 't2', 't3', 't4']) {
    ask(tracker)
    await turn()
  }
  expect(statements.map(({ trackers }) => trackers)).toEqual([['t1'], ['t2']])
  statement(1).answer()
  await turn()
  expect(told.get('t2')).toBe(2)
  expect(statements.map(({ trackers }) => trackers)).toEqual([['t1'], ['t2'], ['t3', 't4']])
  statement(0).answer()
  statement(2).answer()
  await turn()
  expect([...told]).toEqual([['t2', 2], ['t1', 1], ['t3', 3], ['t4', 4]])
  ask('t5')
  await turn()
  expect(statement(3).trackers).toEqual(['t5'])
})

test('of more than a thousand, the others go with the next statement', async () => {
  const { ask, statements } = setUp()
  ask(...Array.from({ length: 2_500 }, (_, at) => `t${at}`))
  await turn()
  expect(statements.map(({ trackers }) => trackers.length)).toEqual([1_000, 1_000])
})

test('a statement that fails is told to those whose it was, and holds up nobody else', async () => {
  const { ask, told, statement } = setUp()
  ask('t1')
  await turn()
  ask('t2')
  await turn()
  ask('t3')
  statement(0).fail()
  await turn()
  statement(2).answer()
  statement(1).answer()
  await turn()
  expect(Object.fromEntries(told)).toEqual({ t1: 'failed', t2: 2, t3: 3 })
})
