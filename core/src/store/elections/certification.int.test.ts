import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Election } from '../../election/index.js'
import { createRevisionStore, type RevisionStore } from '../counting/revision-store.js'
import { createCorrectionLedger } from '../ledger/correction-ledger.js'
import { castRow, createStoreUnderTest, revisionAt, somebodyWaitsForALock, type StoreUnderTest } from '../store-under-test.js'
import { createElectionStore, type ElectionStore } from './election-store.js'

let store: StoreUnderTest
let elections: ElectionStore
let revisions: RevisionStore
beforeAll(async () => {
  store = await createStoreUnderTest()
  elections = createElectionStore(store.api)
  revisions = createRevisionStore(store.worker)
})
afterAll(() => store[Symbol.asyncDispose]())

const closed = async (voters: number): Promise<Election> => {
  const election = await store.openElection()
  if (voters > 0) await store.ledger.castBatch(election.key, 1, Array.from({ length: voters }, (_, at) => castRow(election, `voter ${at} of ${election.slug}`)))
  await elections.changePhase(election.key, 'close')
  return election
}
/** Publishes everything that is in the ledger, less so many entries of each box. */
const publish = async ({ key }: Election, { less = 0 } = {}): Promise<void> => {
  const heads = await store.ledger.heads(key)
  const claim = await revisions.claim(key, 'owl')
  expect(await revisions.commit(claim, revisionAt(key, claim.lastRevision + 1, heads.map((head) => ({ ...head, nextSeq: Math.max(0, head.nextSeq - less) }))))).toBe(true)
}
const correct = async (election: Election, nextSeq = 0): Promise<void> => {
  const { correctionsBox } = election.structure
  expect(await createCorrectionLedger(store.api).append(election.key, nextSeq, randomUUID(), {
    type: 'CORRECTION', unit: 'mill', channel: 'ONLINE', reason: 'two swapped', by: 'Clara the clerk', changes: [{ count: 'VOTES', contest: 'baker', option: 'rye', old: 2, new: 1 }],
  }), `correction of box ${correctionsBox}`).toMatchObject({ verdict: 'APPENDED' })
}
const stateOf = async ({ key }: Election) => ({ phase: (await store.reload(key)).phase, seals: (await store.ledger.heads(key)).map(({ sealedSeq, nextSeq }) => sealedSeq === nextSeq) })
const refusal = (entries: string) => ({ ok: false, phase: 'CLOSED', message: `An election is certified only once everything in its ledger is published: ${entries} not yet. Try again when the results have caught up.` })

describe('an election', () => {
  test('of which nothing is published cannot be certified, and is told how much is missing', async () => {
    const election = await closed(3)
    const missing = (await store.ledger.heads(election.key)).reduce((sum, { nextSeq }) => sum + nextSeq, 0)
    expect(missing).toBeGreaterThanOrEqual(3)
    expect(await elections.changePhase(election.key, 'certify')).toEqual(refusal(`${missing} entries of it are`))
    expect(await stateOf(election)).toEqual({ phase: 'CLOSED', seals: [true, true, false] })
  })

  test('whose newest correction is in no revision yet cannot be certified until it is', async () => {
    const election = await closed(3)
    await publish(election)
    await correct(election)
    expect(await elections.changePhase(election.key, 'certify')).toEqual(refusal('one entry of it is'))
    await publish(election)
    expect(await elections.changePhase(election.key, 'certify')).toMatchObject({ ok: true, phase: 'CERTIFIED' })
    expect(await stateOf(election)).toEqual({ phase: 'CERTIFIED', seals: [true, true, true] })
  })

  test('whose results hold everything and are not complete, for choices by groups are still to be told, cannot be certified until they are', async () => {
    const election = await closed(3)
    const claim = await revisions.claim(election.key, 'owl')
    await revisions.commit(claim, { ...revisionAt(election.key, 1, await store.ledger.heads(election.key)), status: 'UNOFFICIAL_PARTIAL' })
    expect(await elections.changePhase(election.key, 'certify')).toMatchObject({ ok: false, phase: 'CLOSED', message: expect.stringContaining('once its results are complete') })
    await publish(election)
    expect(await elections.changePhase(election.key, 'certify')).toMatchObject({ ok: true, phase: 'CERTIFIED' })
  })

  test('that is certified stays so, whoever certifies it again', async () => {
    const election = await closed(2)
    await publish(election)
    const first = await elections.changePhase(election.key, 'certify')
    expect(first).toMatchObject({ ok: true })
    expect(await elections.changePhase(election.key, 'certify')).toEqual(first)
  })

  test('that is still open is told so, and not what is missing', async () => {
    const election = await store.openElection()
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'an early bird')])
    expect(await elections.changePhase(election.key, 'certify')).toEqual({ ok: false, phase: 'OPEN', message: 'An election can certify only while it is CLOSED; this one is OPEN.' })
  })

  test('whose ledger was restored to less than is published cannot be certified either', async () => {
    const election = await closed(3)
    const heads = await store.ledger.heads(election.key)
    const claim = await revisions.claim(election.key, 'owl')
    await revisions.commit(claim, revisionAt(election.key, 1, heads.map((head) => head.box === 1 ? { ...head, nextSeq: head.nextSeq + 2 } : head)))
    expect(await elections.changePhase(election.key, 'certify')).toEqual(refusal('2 entries of it are'))
  })

  test('is not certified past a correction that was under way', async () => {
    const election = await closed(2)
    await publish(election)
    const clerk = await store.owner.connect()
    try {
      await clerk.query('BEGIN')
      await clerk.query('SELECT * FROM append_correction($1, 0, $2, $3)', [election.key, randomUUID(), JSON.stringify({ type: 'CORRECTION', unit: 'mill', channel: 'ONLINE', reason: 'late', by: 'Clara', changes: [] })])
      const certifying = elections.changePhase(election.key, 'certify')
      await somebodyWaitsForALock(store.owner, 'certify_election')
      await clerk.query('COMMIT')
      expect(await certifying).toEqual(refusal('one entry of it is'))
    } finally {
      clerk.release()
    }
  })

  test('that nobody has heard of is an error', async () => {
    await expect(elections.changePhase(2_000_000, 'certify')).rejects.toThrow('There is no election 2000000.')
  })
})

test('who counts may not certify', async () => {
  const election = await closed(1)
  await publish(election)
  await expect(createElectionStore(store.worker).changePhase(election.key, 'certify')).rejects.toThrow('permission denied')
})
