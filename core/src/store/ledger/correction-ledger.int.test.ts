import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Correction, Election } from '../../election/index.js'
import { createCorrectionLedger, type CorrectionLedger } from './correction-ledger.js'
import { castRow, chainAfter, createStoreUnderTest, somebodyWaitsForALock, type StoreUnderTest } from '../store-under-test.js'

let store: StoreUnderTest
let corrections: CorrectionLedger
beforeAll(async () => {
  store = await createStoreUnderTest()
  corrections = createCorrectionLedger(store.api)
})
afterAll(() => store[Symbol.asyncDispose]())

const correction = (reason: string): Correction => ({
  type: 'CORRECTION', unit: 'mill', channel: 'ONLINE', reason, by: 'Clara the clerk',
  changes: [{ count: 'VOTES', contest: 'baker', option: 'rye', old: 3, new: 2 }, { count: 'VOTES', contest: 'baker', option: 'brioche', old: 0, new: 1 }],
})
const boxOf = ({ structure }: Election): number => structure.correctionsBox
const change = (election: Election, ...changes: ('close' | 'certify' | 'pause')[]): Promise<void> =>
  changes.reduce(async (before, one) => { await before; await store.elections.changePhase(election.key, one) }, Promise.resolve())

test('a correction lies in the corrections box as it was made, chained, with a commitment to its text', async () => {
  const election = await store.openElection()
  const reasons = ['The "first" pile', 'Ein zweiter Stoß: 3 × 2 \\ 1']
  for (const [seq, reason] of reasons.entries()) {
    expect(await corrections.append(election.key, seq, randomUUID(), correction(reason))).toMatchObject({ verdict: 'APPENDED', seq })
  }
  const entries = await store.ledger.read(election.key, boxOf(election), 0, 10)
  expect(entries).toMatchObject(reasons.map((reason, seq) => ({ kind: 'CORRECTION', seq, correction: correction(reason) })))
  expect(entries.map(({ commitment }) => commitment)).toEqual(reasons.map((reason) =>
    createHash('sha256').update(`livetally correction/${election.key}/${JSON.stringify(correction(reason))}`).digest('hex')))
  expect(entries.at(-1)?.chain).toBe(chainAfter(entries.map((entry) => [entry])))
  expect((await corrections.newest(election.key, boxOf(election), 9, 5)).map(({ seq }) => seq)).toEqual([1, 0])
  expect((await corrections.newest(election.key, boxOf(election), 1, 5)).map(({ seq }) => seq)).toEqual([0])
  expect(await corrections.nextSeq(election.key, boxOf(election))).toBe(2)
})

test('the same request again is answered from the ledger in every phase; another correction under its name is not', async () => {
  const election = await store.openElection()
  const tracker = randomUUID()
  const first = await corrections.append(election.key, 0, tracker, correction('swapped'))
  const repeat = { ...first, verdict: 'REPEATED' }
  expect(await corrections.append(election.key, 0, tracker, correction('swapped'))).toEqual(repeat)
  expect(await corrections.append(election.key, 1, tracker, correction('not swapped'))).toEqual({ verdict: 'CONFLICT' })
  await change(election, 'close', 'certify')
  expect(await corrections.append(election.key, 0, tracker, correction('swapped'))).toEqual(repeat)
  expect(await corrections.find(tracker)).toMatchObject({ seq: 0, correction: correction('swapped') })
  expect(await corrections.find(randomUUID())).toBeUndefined()
})

test('choices of secret ballots are corrected only once voting has closed, and turnout at any time', async () => {
  const election = await store.openElection({ ballotSecrecy: 'SECRET' })
  const turnout: Correction = { ...correction('one more'), changes: [{ count: 'BALLOTS', old: 3, new: 4 }] }
  expect(await corrections.append(election.key, 0, randomUUID(), correction('swapped'))).toEqual({ verdict: 'WRONG_PHASE', phase: 'OPEN' })
  expect(await corrections.append(election.key, 0, randomUUID(), turnout)).toMatchObject({ verdict: 'APPENDED' })
  await change(election, 'close')
  expect(await corrections.append(election.key, 1, randomUUID(), correction('swapped'))).toMatchObject({ verdict: 'APPENDED' })
})

test('somebody else\'s election does not answer for a request of ours', async () => {
  const [ours, theirs] = [await store.openElection(), await store.openElection()]
  const tracker = randomUUID()
  await corrections.append(theirs.key, 0, tracker, correction('swapped'))
  expect(await corrections.append(ours.key, 0, tracker, correction('swapped'))).toEqual({ verdict: 'CONFLICT' })
})

test('a ballot is no correction, whoever asks by its tracker', async () => {
  const election = await store.openElection()
  const row = castRow(election, 'Anna')
  await store.ledger.castBatch(election.key, 0, [row])
  expect(await corrections.find(row.tracker)).toBeUndefined()
})

test('results can be corrected from the opening until they are certified', async () => {
  const draft = await store.createElection()
  expect(await corrections.append(draft, 0, randomUUID(), correction('too early'))).toEqual({ verdict: 'WRONG_PHASE', phase: 'DRAFT' })
  const election = await store.openElection()
  for (const [seq, changes] of [[0, []], [1, ['pause']], [2, ['close']]] as const) {
    await change(election, ...changes)
    expect(await corrections.append(election.key, seq, randomUUID(), correction('in time'))).toMatchObject({ verdict: 'APPENDED', seq })
  }
  await change(election, 'certify')
  expect(await corrections.append(election.key, 3, randomUUID(), correction('too late'))).toEqual({ verdict: 'WRONG_PHASE', phase: 'CERTIFIED' })
})

test('of two clerks who correct at once the second is told that there is a correction it has not seen', async () => {
  const election = await store.openElection()
  const first = await store.owner.connect()
  try {
    await first.query('BEGIN')
    await first.query('SELECT * FROM append_correction($1, 0, $2, $3)', [election.key, randomUUID(), JSON.stringify(correction('first'))])
    const second = corrections.append(election.key, 0, randomUUID(), correction('second'))
    await somebodyWaitsForALock(store.owner, 'append_correction')
    await first.query('COMMIT')
    expect(await second).toEqual({ verdict: 'UNSEEN', nextSeq: 1 })
  } finally {
    first.release()
  }
})

test('the worker may read corrections and write none', async () => {
  const election = await store.openElection()
  await expect(createCorrectionLedger(store.worker).append(election.key, 0, randomUUID(), correction('forged'))).rejects.toThrow('permission denied')
})
