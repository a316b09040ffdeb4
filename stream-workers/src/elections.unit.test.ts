import { compileStructure, type Election } from '@livetally/core/election'
import { expect, test } from 'vitest'
import { crumbleton } from '../../core/src/election/fixtures/index.js'
import { createElections } from './elections.js'

const structure = compileStructure(crumbleton.definition)

function storeOf(count: number) {
  const loaded: number[] = []
  const load = async (key: number): Promise<Election | undefined> => {
    loaded.push(key)
    return key > count ? undefined : { key, slug: `e${key}`, phase: 'OPEN', phaseVersion: loaded.length, definitionVersion: 1, definitionId: 'first', opensAt: new Date(0), closesAt: new Date(1), structure }
  }
  return { load, loaded }
}

test('an election is read once, and again when somebody asks for it anew', async () => {
  const store = storeOf(3)
  const elections = createElections(store)
  expect(await elections.get(1)).toBe(await elections.get(1))
  expect((await elections.reload(1))?.phaseVersion).toBe(2)
  expect((await elections.get(1))?.phaseVersion).toBe(2)
  expect(store.loaded).toEqual([1, 1])
})

test('an election that does not exist is looked for again: it may be created meanwhile', async () => {
  const store = storeOf(3)
  const elections = createElections(store)
  expect([await elections.get(9), await elections.get(9)]).toEqual([undefined, undefined])
  expect(store.loaded).toEqual([9, 9])
})

test('a draft is read again every time, for it may be edited; once published it is kept', async () => {
  const store = storeOf(3)
  let phase: Election['phase'] = 'DRAFT'
  const elections = createElections({ load: async (key) => {
    const election = await store.load(key)
    return election && { ...election, phase }
  } })
  expect([(await elections.get(1))?.phaseVersion, (await elections.get(1))?.phaseVersion]).toEqual([1, 2])
  phase = 'SCHEDULED'
  expect([(await elections.get(1))?.phaseVersion, (await elections.get(1))?.phaseVersion]).toEqual([3, 3])
})

test('of very many elections those are kept that were needed last', async () => {
  const store = storeOf(1_000)
  const elections = createElections(store)
  for (let key = 1; key <= 500; key += 1) await elections.get(key)
  await elections.get(1)
  await elections.get(501)
  store.loaded.length = 0
  for (const key of [1, 3, 501, 2]) await elections.get(key)
  expect(store.loaded).toEqual([2])
})
