import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createStoreUnderTest, type StoreUnderTest } from '../store-under-test.js'
import { createPublisherProcessStore, type PublisherProcessStore } from './publisher-process-store.js'
import { createRevisionStore, type RevisionStore } from './revision-store.js'

let store: StoreUnderTest
let processes: PublisherProcessStore
let revisions: RevisionStore
beforeEach(async () => {
  store = await createStoreUnderTest()
  processes = createPublisherProcessStore(store.worker)
  revisions = createRevisionStore(store.worker)
})
afterEach(() => store[Symbol.asyncDispose]())

describe('processes that publish', () => {
  test('see the signs of life of all others, and not their own', async () => {
    expect(await processes.beat('owl')).toEqual([])
    expect(await processes.beat('otter')).toEqual([{ owner: 'owl', beat: 1 }])
    await processes.beat('otter')
    expect(await processes.beat('owl')).toEqual([{ owner: 'otter', beat: 2 }])
  })

  test('are forgotten when they leave, and when they are silent, but not if they spoke meanwhile', async () => {
    await processes.beat('owl')
    await processes.beat('otter')
    await processes.forget({ owner: 'owl', beat: 0 })
    expect(await processes.beat('otter')).toEqual([{ owner: 'owl', beat: 1 }])
    await processes.forget({ owner: 'owl', beat: 1 })
    expect(await processes.beat('otter')).toEqual([])
    await processes.leave('otter')
    expect(await processes.beat('owl')).toEqual([])
  })

  test('name the open elections that are theirs, and only one other takes each over', async () => {
    const { key } = await store.openElection()
    const draft = await store.createElection()
    await revisions.claim(draft, 'otter')
    const { epoch } = await revisions.claim(key, 'otter')
    expect(await processes.openElections('otter', 10)).toEqual([{ election: key, epoch }])
    expect(await revisions.takeOver(key, 'owl', epoch)).toMatchObject({ epoch: epoch + 1 })
    expect(await revisions.takeOver(key, 'heron', epoch)).toBeUndefined()
    expect(await processes.openElections('otter', 10)).toEqual([])
    expect(await processes.openElections('owl', 10)).toEqual([{ election: key, epoch: epoch + 1 }])
  })
})
