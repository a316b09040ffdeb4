import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ElectionPhase } from '../../election/index.js'
import { castRow, createStoreUnderTest, digest, somebodyWaitsForALock, type StoreUnderTest } from '../store-under-test.js'
import type { PhaseChange } from './election-store.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

const MINUTE_MS = 60_000
const queue = { by: 'Berta Bun, Crumbleton', reason: 'The queue at the mill goes twice round the pond.' }
const later = (than: Date, minutes: number): Date => new Date(than.getTime() + minutes * MINUTE_MS)

describe('an extension', () => {
  test('moves the closing time, raises both versions, and stays on record', async () => {
    const election = await store.openElection()
    const [first, second] = [later(election.closesAt, 30), later(election.closesAt, 45)]
    expect(await store.elections.extend(election.key, { closesAt: first, ...queue })).toEqual({ ok: true })
    const after = await store.reload(election.key)
    expect(after).toMatchObject({ phase: 'OPEN', closesAt: first, phaseVersion: election.phaseVersion + 1, definitionVersion: 2 })
    expect(after.structure.definition).toEqual({ ...election.structure.definition, closesAt: first.toISOString() })
    await store.elections.changePhase(election.key, 'pause')
    expect(await store.elections.extend(election.key, { closesAt: second, by: 'Berta Bun', reason: 'A duck got in.' })).toEqual({ ok: true })
    expect(await store.elections.extensions(election.key)).toMatchObject([
      { from: first, to: second, by: 'Berta Bun', reason: 'A duck got in.' }, { from: election.closesAt, to: first, ...queue },
    ])
    expect((await store.reload(election.key)).phase).toBe('PAUSED')
  })

  test('said twice is made once', async () => {
    const election = await store.openElection()
    const closesAt = later(election.closesAt, 30)
    const outcomes = await Promise.all([1, 2, 3].map(() => store.elections.extend(election.key, { closesAt, ...queue })))
    expect(outcomes).toEqual([{ ok: true }, { ok: true }, { ok: true }])
    expect(await store.elections.extensions(election.key)).toHaveLength(1)
    expect((await store.reload(election.key)).phaseVersion).toBe(election.phaseVersion + 1)
  })

  test('never shortens voting', async () => {
    const election = await store.openElection()
    expect(await store.elections.extend(election.key, { closesAt: later(election.closesAt, -1), ...queue })).toEqual({ ok: false, reason: 'NOT_LATER', phase: 'OPEN', closesAt: election.closesAt })
    expect(await store.reload(election.key)).toMatchObject({ closesAt: election.closesAt, phaseVersion: election.phaseVersion })
  })

  test.each<[ElectionPhase, PhaseChange[]]>([['DRAFT', []], ['SCHEDULED', ['publish']], ['CLOSED', ['publish', 'open', 'close']], ['CERTIFIED', ['publish', 'open', 'close', 'certify']]])('of an election that is %s changes nothing', async (phase, way) => {
    const key = await store.createElection()
    for (const change of way) await store.elections.changePhase(key, change)
    const before = await store.reload(key)
    expect(await store.elections.extend(key, { closesAt: later(before.closesAt, 30), ...queue })).toEqual({ ok: false, reason: 'WRONG_PHASE', phase, closesAt: before.closesAt })
    expect(await store.elections.extensions(key)).toEqual([])
    const { closesAt, phaseVersion, definitionVersion } = before
    expect(await store.reload(key)).toMatchObject({ phase, closesAt, phaseVersion, definitionVersion })
  })

  test('comes too late once the time is over, although nobody has closed the election yet: a voter may have been told', async () => {
    const over = await store.openElection({ opensAt: '2020-01-01T00:00:00Z', closesAt: '2020-01-02T00:00:00Z' })
    const [told] = await store.ledger.castBatch(over.key, 0, [castRow(over, 'Anna')])
    expect(told).toEqual({ verdict: 'NOT_OPEN', phase: 'CLOSED' })
    expect(await store.elections.extend(over.key, { closesAt: new Date(Date.now() + MINUTE_MS), ...queue })).toMatchObject({ ok: false, reason: 'WRONG_PHASE', phase: 'CLOSED' })
  })

  test('of an election that does not exist is an error', async () => {
    await expect(store.elections.extend(2_000_000, { closesAt: new Date(), ...queue })).rejects.toThrow('There is no election 2000000.')
  })

  test('is announced, as every change of an election', async () => {
    const election = await store.openElection()
    await store.elections.noteAnnounced(election)
    expect(await store.elections.notAnnounced(1_000)).not.toContain(election.key)
    await store.elections.extend(election.key, { closesAt: later(election.closesAt, 5), ...queue })
    expect(await store.elections.notAnnounced(1_000)).toContain(election.key)
  })
})

describe('ballots around an extension', () => {
  test('that met the election before it are sent back to be cast again; those that meet it as it is are counted past the old time', async () => {
    const election = await store.openElection({ closesAt: new Date(Date.now() + 1_500).toISOString() })
    await store.elections.extend(election.key, { closesAt: later(election.closesAt, 30), ...queue })
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Anna')])).toEqual([{ verdict: 'NOT_OPEN', phase: 'OPEN' }])
    const extended = await store.reload(election.key)
    await store.owner.query('SELECT pg_sleep(greatest(0, extract(epoch FROM $1::timestamptz - clock_timestamp()) + 0.1))', [election.closesAt])
    expect((await store.elections.runSchedule()).includes(election.key), 'its old time is over').toBe(false)
    expect(await store.ledger.castBatch(election.key, 0, [castRow(extended, 'Anna')])).toMatchObject([{ verdict: 'ACCEPTED' }])
  })

  test('that are on their way into a box are let in first', async () => {
    const election = await store.openElection()
    const voter = await store.owner.connect()
    try {
      await voter.query('BEGIN')
      await voter.query('SELECT 1 FROM ballot_box WHERE election = $1 AND box = 1 FOR UPDATE', [election.key])
      const extending = store.elections.extend(election.key, { closesAt: later(election.closesAt, 30), ...queue })
      await somebodyWaitsForALock(store.owner, 'SELECT * FROM extend_election')
      expect((await store.reload(election.key)).closesAt).toEqual(election.closesAt)
      await voter.query('COMMIT')
      expect(await extending).toEqual({ ok: true })
    } finally {
      voter.release()
    }
  })
})

test('what is on record about extensions is changed by nobody, and written by nothing but an extension', async () => {
  const election = await store.openElection()
  await store.elections.extend(election.key, { closesAt: later(election.closesAt, 30), ...queue })
  for (const attack of [`UPDATE extension SET reason = 'none'`, 'DELETE FROM extension', 'TRUNCATE extension']) await expect(store.owner.query(attack), attack).rejects.toThrow('append-only')
  await expect(store.api.pool.query(`INSERT INTO extension SELECT election, phase_version + 1, at, made_by, reason, closed_at, closes_at FROM extension`)).rejects.toThrow('permission denied')
  await expect(store.worker.pool.query('SELECT extend_election($1, now(), $2, $2)', [election.key, digest('x').toString('hex')])).rejects.toThrow('permission denied')
})
