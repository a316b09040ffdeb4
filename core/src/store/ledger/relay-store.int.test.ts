import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRelayStore, type RelayLease, type RelayStore } from './relay-store.js'
import { castRow, createStoreUnderTest, type StoreUnderTest } from '../store-under-test.js'

let store: StoreUnderTest
let relays: RelayStore
beforeAll(async () => {
  store = await createStoreUnderTest()
  relays = createRelayStore(store.worker)
})
afterAll(() => store[Symbol.asyncDispose]())

const leasesOf = async (election: number): Promise<RelayLease[]> => (await relays.leases())
  .filter((lease) => lease.election === election).toSorted((one, other) => one.box - other.box)
const lease = async (election: number, box = 0): Promise<RelayLease> => {
  const found = (await leasesOf(election)).find((one) => one.box === box)
  if (found === undefined) throw new Error(`box ${box} has no lease`)
  return found
}

test('every box of a published election has a lease that nobody owns yet', async () => {
  const { key } = await store.openElection()
  expect(await leasesOf(key)).toEqual([0, 1, 2].map((box) => ({ election: key, box, nextSeq: 0, owner: null, epoch: 0, beat: 0 })))
})

test('of relays that reach for the same box at once, one gets it', async () => {
  const { key } = await store.openElection()
  const free = await lease(key)
  const epochs = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => relays.take(free, owner)))
  expect(epochs.filter((epoch) => epoch !== undefined)).toEqual([1])
  expect(await lease(key)).toMatchObject({ epoch: 1, beat: 1 })
})

test('a lease that has beaten since it was read is not taken', async () => {
  const { key } = await store.openElection()
  const epoch = await relays.take(await lease(key), 'owner') ?? 0
  const seen = await lease(key)
  await relays.beat([{ election: key, box: 0, epoch, nextSeq: 0 }])
  expect(await relays.take(seen, 'candidate')).toBeUndefined()
  expect(await relays.take(await lease(key), 'candidate')).toBe(2)
})

test('a relay hears of the boxes it has lost, and its late beats move nothing', async () => {
  const { key } = await store.openElection()
  const notes = await Promise.all([0, 1].map(async (box) => ({ election: key, box, epoch: await relays.take(await lease(key, box), 'first') ?? 0, nextSeq: 5 })))
  expect(await relays.beat(notes)).toEqual(expect.arrayContaining([{ election: key, box: 0 }, { election: key, box: 1 }]))
  await relays.take(await lease(key, 0), 'second')
  expect(await relays.beat(notes.map((note) => ({ ...note, nextSeq: 9 })))).toEqual([{ election: key, box: 1 }])
  expect([await lease(key, 0), await lease(key, 1)]).toMatchObject([{ owner: 'second', nextSeq: 5 }, { owner: 'first', nextSeq: 9 }])
})

test('the position is a hint that never goes back', async () => {
  const { key } = await store.openElection()
  const epoch = await relays.take(await lease(key), 'owner') ?? 0
  for (const nextSeq of [7, 3]) await relays.beat([{ election: key, box: 0, epoch, nextSeq }])
  expect((await lease(key)).nextSeq).toBe(7)
})

test('a lease given back is free at once; one that was taken over cannot be given back by its former owner', async () => {
  const { key } = await store.openElection()
  const epoch = await relays.take(await lease(key), 'first') ?? 0
  await relays.release([{ election: key, box: 0, epoch, nextSeq: 4 }])
  expect(await lease(key)).toMatchObject({ owner: null, nextSeq: 4 })
  await relays.take(await lease(key), 'second')
  await relays.release([{ election: key, box: 0, epoch, nextSeq: 9 }])
  expect(await lease(key)).toMatchObject({ owner: 'second', nextSeq: 4 })
  await relays.release([])
})

test('a sealed box that was sent to its end needs no lease any more', async () => {
  const election = await store.openElection()
  await store.ledger.castBatch(election.key, 0, [castRow(election, 'Anna')])
  const epoch = await relays.take(await lease(election.key), 'owner') ?? 0
  await store.elections.changePhase(election.key, 'close')
  expect((await leasesOf(election.key)).map(({ box }) => box)).toEqual([0, 1, 2])
  await relays.beat([{ election: election.key, box: 0, epoch, nextSeq: 1 }])
  expect((await leasesOf(election.key)).map(({ box }) => box), 'its seal is still to be sent').toEqual([0, 1, 2])
  await relays.beat([{ election: election.key, box: 0, epoch, nextSeq: 2 }])
  expect((await leasesOf(election.key)).map(({ box }) => box)).toEqual([1, 2])
})
