import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStoreUnderTest, digest, type StoreUnderTest } from '../store-under-test.js'
import { createRollLookup } from './roll-lookup.js'
import { createVoterStore } from './voter-store.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

test('a batch asks the roll once, and two spellings of one number are registered once', async () => {
  const { key, structure } = await store.openElection()
  const unit = [...structure.units.values()].find(({ isLeaf }) => isLeaf)?.id ?? ''
  const calls: unknown[] = []
  const roll = createRollLookup({ pool: { query: (...args: [string, unknown[]]) => { calls.push(args); return store.owner.query(...args) } } as never })
  expect(await roll.find(key, [digest('v4')])).toBe('NO_ROLL')
  const voter = (voterId: string, code: string) => ({ voterId, voterRef: digest('v4'), codeHash: digest(code), unit, attributes: {} })
  const { registered, alreadyRegistered } = await createVoterStore({ pool: store.owner } as never).register(key, [voter('V4', 'one'), voter('v4', 'two')])
  expect([registered.length, alreadyRegistered.length]).toEqual([1, 1])
  calls.length = 0
  const found = await Promise.all(Array.from({ length: 1_000 }, (_, at) => roll.find(key, [digest(`other ${at}`), digest(at === 7 ? 'v4' : 'nobody')])))
  expect(calls).toHaveLength(1)
  expect(found.flatMap((one, at) => one === undefined ? [] : [[at, one]])).toEqual([[7, { voterRef: digest('v4'), unit, attributes: {} }]])
})
