import { afterAll, beforeAll, expect, test } from 'vitest'
import { createElectorateStore, type ElectorateStore } from './electorate-store.js'
import { createRegistryOutbox, type AnonymousRegistration, type RegistryOutbox } from './registry-outbox.js'
import { createStoreUnderTest, digest, type StoreUnderTest } from '../store-under-test.js'
import { createVoterStore, type VoterRegistration, type VoterStore } from './voter-store.js'

let store: StoreUnderTest
let voters: VoterStore
let outbox: RegistryOutbox
let electorate: ElectorateStore
beforeAll(async () => {
  store = await createStoreUnderTest()
  voters = createVoterStore(store.api)
  outbox = createRegistryOutbox(store.api)
  electorate = createElectorateStore(store.worker)
})
afterAll(() => store[Symbol.asyncDispose]())

const voter = (voterId: string, unit = 'mill', changes: Partial<VoterRegistration> = {}): VoterRegistration =>
  ({ voterId, voterRef: digest(voterId), codeHash: digest(`code of ${voterId}`), unit, attributes: {}, ...changes })

/** Everything that is to be told of one election, slice by slice, noted as told. */
async function tellAll(election: number, limit: number): Promise<AnonymousRegistration[]> {
  const told: AnonymousRegistration[] = []
  for (;;) {
    const slice = (await outbox.toTell(limit)).find((one) => one.election === election)
    if (slice === undefined) return told
    expect(slice.registrations.length).toBeLessThanOrEqual(limit)
    told.push(...slice.registrations)
    await outbox.noteTold(election, slice.next)
  }
}

test('every registration is told once, ascending, in slices, with nothing that says who it is', async () => {
  const { key } = await store.openElection()
  await voters.register(key, Array.from({ length: 7 }, (_, at) => voter(`Ann ${at}`, 'mill', { name: 'Ann', address: '1 Bun Lane', channel: 'EARLY', attributes: { age: 'old' } })))
  await voters.register(key, [voter('Ann 3'), voter('Ben', 'market')])
  const told = await tellAll(key, 3)
  expect(told.map(({ number }) => number)).toEqual(told.map(({ number }) => number).toSorted((one, other) => one - other))
  expect(told.slice(0, 7).map(({ number: _, ...rest }) => rest)).toEqual(Array.from({ length: 7 }, () => ({ unit: 'mill', channel: 'EARLY', attributes: { age: 'old' } })))
  expect(told.slice(7).map(({ number: _, ...rest }) => rest)).toEqual([{ unit: 'market', channel: null, attributes: {} }])
  expect(new Set(told.map(({ number }) => number)).size).toBe(8)
  expect(await tellAll(key, 3)).toEqual([])
})

test('numbers are dealt without regard to the order of the roll', async () => {
  const { key } = await store.openElection()
  const roll = Array.from({ length: 40 }, (_, at) => voter(`voter ${String(at).padStart(2, '0')}`))
  await voters.register(key, roll)
  const { rows } = await store.owner.query<{ voter_id: string }>('SELECT voter_id FROM voter WHERE election = $1 ORDER BY number', [key])
  expect(rows.map(({ voter_id: id }) => id)).not.toEqual(roll.map(({ voterId }) => voterId))
  expect(rows.map(({ voter_id: id }) => id).toSorted()).toEqual(roll.map(({ voterId }) => voterId))
})

test('who reads the numbers while parts of a roll are registered at once misses nobody and meets nobody twice', async () => {
  const { key } = await store.openElection()
  let isDone = false
  const registering = Promise.all(Array.from({ length: 6 }, async (_, lane) => {
    for (let part = 0; part < 12; part += 1) await voters.register(key, Array.from({ length: 15 }, (__, at) => voter(`${lane}/${part}/${at}`, ['mill', 'market', 'cellar'][at % 3] ?? 'mill')))
  })).finally(() => { isDone = true })
  let from = 0
  let met = 0
  for (let wasDone = false; !wasDone;) {
    wasDone = isDone
    const { nextNumber, eligible } = await electorate.standing(key)
    for (const { voters: more } of await electorate.groups(key, from, nextNumber)) met += more
    from = nextNumber
    // of one instant: the places' own numbers are those of the roll up to there
    expect(['mill', 'market', 'cellar'].reduce((sum, unit) => sum + Math.max(0, (eligible.get(unit) ?? 0)), 0)).toBeGreaterThanOrEqual(met)
  }
  await registering
  expect(met).toBe(6 * 12 * 15)
})
