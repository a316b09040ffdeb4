import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { castRow, createStoreUnderTest, digest, type StoreUnderTest } from '../store-under-test.js'
import { createVoterStore, type VoterRegistration, type VoterStore } from './voter-store.js'

let store: StoreUnderTest
let voters: VoterStore
beforeAll(async () => {
  store = await createStoreUnderTest()
  voters = createVoterStore(store.api)
})
afterAll(() => store[Symbol.asyncDispose]())

const voter = (voterId: string, unit: string, changes: Partial<VoterRegistration> = {}): VoterRegistration =>
  ({ voterId, voterRef: digest(voterId), codeHash: digest(`code of ${voterId}`), unit, attributes: {}, ...changes })

test('registered voters are counted by polling place, and a voter who is registered again is counted once', async () => {
  const { key } = await store.openElection()
  const roll = [...Array.from({ length: 12 }, (_, at) => voter(`m${at}`, 'mill')), voter('k1', 'market'), voter('k2', 'market')]
  expect(await voters.register(key, roll)).toEqual({ registered: expect.arrayContaining(roll.map(({ voterId }) => voterId)) as string[], repeated: [], alreadyRegistered: [] })
  expect(await voters.register(key, [voter('m0', 'harbour'), voter('new', 'harbour')])).toEqual({ registered: ['new'], repeated: ['m0'], alreadyRegistered: [] })
  expect(await voters.register(key, [voter('m0', 'mill', { codeHash: digest('another code') })])).toEqual({ registered: [], repeated: [], alreadyRegistered: ['m0'] })
  // the greater of the definition's number and the roll's: mill 9 / 12, market 5 / 2, harbour 7 / 1, lighthouse 3, cellar 1
  expect(await store.elections.eligibleVoters(key)).toEqual(new Map([['mill', 12], ['market', 5], ['harbour', 7], ['lighthouse', 3], ['cellar', 1]]))
})

test('a voter is found by the code, with place, channel and attributes, and with whether the vote was cast', async () => {
  const election = await store.openElection()
  await voters.register(election.key, [voter('Cleo', 'market', { channel: 'EARLY', attributes: { age: 'old' }, name: 'Cleo', address: '1 Bun Lane' })])
  const find = (code: string) => voters.findByCode(election.key, digest(`code of ${code}`))
  expect(await find('Cleo')).toEqual({ voterRef: digest('Cleo'), unit: 'market', channel: 'EARLY', attributes: { age: 'old' }, hasVoted: false, codeIssue: 0 })
  await store.ledger.castBatch(election.key, 1, [castRow(election, 'Cleo')])
  expect(await find('Cleo')).toMatchObject({ hasVoted: true })
  expect(await find('Dora')).toBeUndefined()
  const other = await store.openElection()
  expect(await voters.findByCode(other.key, digest('code of Cleo'))).toBeUndefined()
})

describe('a code that is issued anew', () => {
  const anew = (key: number, voterId: string, code: string) => voters.reissue(key, [digest(voterId), digest(`earlier ${voterId}`)], digest(code), 'Ada')

  test('makes the old one void, and the sessions that it opened, in a batch with others', async () => {
    const election = await store.openElection()
    await voters.register(election.key, [voter('Ann', 'mill'), voter('Bob', 'mill')])
    for (const code of ['second', 'second', 'third']) expect(await anew(election.key, 'Ann', code)).toEqual({ ok: true, voterId: 'Ann', unit: 'mill' })
    expect(await voters.findByCode(election.key, digest('code of Ann'))).toBeUndefined()
    expect(await voters.findByCode(election.key, digest('second'))).toBeUndefined()
    expect(await voters.findByCode(election.key, digest('third'))).toMatchObject({ codeIssue: 2, hasVoted: false })
    const rows = [castRow(election, 'Ann', { codeIssue: 1, key: 'old' }), castRow(election, 'Bob', { codeIssue: 0 }), castRow(election, 'Cid')]
    expect((await store.ledger.castBatch(election.key, 0, rows)).map(({ verdict }) => verdict)).toEqual(['VOID_SESSION', 'ACCEPTED', 'ACCEPTED'])
    expect((await store.ledger.castBatch(election.key, 0, rows.slice(0, 1))).map(({ verdict }) => verdict)).toEqual(['VOID_SESSION'])
    const again = [castRow(election, 'Bob', { codeIssue: 0 }), castRow(election, 'Ann', { codeIssue: 0 }), castRow(election, 'Ann', { codeIssue: 2, key: 'new' })]
    expect((await store.ledger.castBatch(election.key, 0, again)).map(({ verdict }) => verdict)).toEqual(['EXISTS', 'VOID_SESSION', 'ACCEPTED'])
    expect(await voters.findByCode(election.key, digest('third'))).toMatchObject({ hasVoted: true })
  })

  test('is refused for whoever has voted or is not on the roll, and when voting has ended', async () => {
    const election = await store.openElection()
    await voters.register(election.key, [voter('Ann', 'mill'), voter('Bob', 'mill')])
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'Ann')])
    expect(await anew(election.key, 'Ann', 'new')).toEqual({ ok: false, reason: 'HAS_VOTED' })
    expect(await voters.findByCode(election.key, digest('code of Ann'))).toMatchObject({ hasVoted: true })
    expect(await anew(election.key, 'Zoe', 'new')).toEqual({ ok: false, reason: 'NOT_ON_ROLL' })
    await store.elections.changePhase(election.key, 'close')
    expect(await anew(election.key, 'Bob', 'new')).toEqual({ ok: false, reason: 'VOTING_ENDED' })
  })

  test('or the vote of the old one: never both, however closely they meet', async () => {
    const election = await store.openElection()
    const names = Array.from({ length: 40 }, (_, at) => `v${at}`)
    await voters.register(election.key, names.map((name) => voter(name, 'mill')))
    const met = await Promise.all(names.map(async (name) => {
      const [casting, issuing] = await Promise.all([store.ledger.castBatch(election.key, 0, [castRow(election, name, { codeIssue: 0 })]), anew(election.key, name, `new ${name}`)])
      return `${casting[0]?.verdict} ${issuing.ok ? 'ISSUED' : issuing.reason}`
    }))
    expect(met.filter((pair) => pair !== 'ACCEPTED HAS_VOTED' && pair !== 'VOID_SESSION ISSUED')).toEqual([])
  })
})

test('a roll that names an unknown place is refused as a whole', async () => {
  const { key } = await store.openElection()
  await expect(voters.register(key, [voter('one', 'mill'), voter('two', 'atlantis')])).rejects.toMatchObject({ code: '23503' })
  expect(await voters.findByCode(key, digest('code of one'))).toBeUndefined()
})

test('parts of a roll that are registered at once, in any order of places, wait for each other and never in a ring', async () => {
  const { key } = await store.openElection()
  const places = ['mill', 'market', 'harbour', 'lighthouse', 'cellar']
  await Promise.all(Array.from({ length: 24 }, async (_, part) => {
    const turned = [...places.slice(part % 5), ...places.slice(0, part % 5)]
    const ordered = part % 2 === 0 ? turned : turned.toReversed()
    for (const round of [0, 1, 2]) {
      const roll = ordered.flatMap((place) => Array.from({ length: 8 }, (_, at) => voter(`${part}/${round}/${place}/${at}`, place)))
      expect((await voters.register(key, roll)).registered).toHaveLength(40)
    }
  }))
  expect(await store.elections.eligibleVoters(key)).toEqual(new Map(places.map((place) => [place, 24 * 3 * 8])))
})
