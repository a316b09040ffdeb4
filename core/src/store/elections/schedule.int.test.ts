import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ElectionPhase } from '../../election/index.js'
import { castRow, createStoreUnderTest, eventually, somebodyWaitsForALock, type StoreUnderTest } from '../store-under-test.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

const SECOND = 1_000
const at = (fromNowMs: number): string => new Date(Date.now() + fromNowMs).toISOString()
const phaseOf = async (key: number): Promise<ElectionPhase> => (await store.reload(key)).phase
/** Open, and its time is over. */
const overdue = async (): Promise<number> => {
  const { key } = await store.openElection()
  await store.owner.query('UPDATE election SET closes_at = $2 WHERE key = $1', [key, at(-SECOND)])
  return key
}
/** Holds one of an election's boxes until it is let go. */
const holdBox = async (election: number): Promise<{ letGo(): Promise<void> }> => {
  const holder = await store.owner.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT 1 FROM ballot_box WHERE election = $1 AND box = 1 FOR UPDATE', [election])
  return { async letGo() {
    await holder.query('COMMIT')
    holder.release()
  } }
}

describe('an election whose times were changed after the clock had been looked at', () => {
  test('stays open where it was made to last longer: nobody who was told so is overrun', async () => {
    const { key } = await store.openElection()
    const clerk = await store.owner.connect()
    try {
      const closesAt = at(3 * SECOND)
      await clerk.query('UPDATE election SET closes_at = $2 WHERE key = $1', [key, closesAt])
      await clerk.query('BEGIN')
      const { rows } = await clerk.query(`SELECT verdict FROM extend_election($1, $2, 'Berta Bun', 'The queue is long.')`, [key, at(3_600 * SECOND)])
      expect(rows).toEqual([{ verdict: 0 }])
      await clerk.query('SELECT pg_sleep(greatest(0, extract(epoch FROM $1::timestamptz - clock_timestamp()) + 0.05))', [closesAt])
      const turn = store.elections.runSchedule()
      await somebodyWaitsForALock(store.owner, 'follow_schedule')
      await clerk.query('COMMIT')
      expect(await turn).not.toContain(key)
    } finally {
      clerk.release()
    }
    const election = await store.reload(key)
    expect(election.phase).toBe('OPEN')
    expect(await store.ledger.castBatch(key, 0, [castRow(election, 'Anna')])).toMatchObject([{ verdict: 'ACCEPTED' }])
  })

  test('stays shut where its opening was put off', async () => {
    const key = await store.createElection({ opensAt: at(-SECOND) })
    await store.elections.changePhase(key, 'publish')
    const clerk = await store.owner.connect()
    try {
      await clerk.query('BEGIN')
      await clerk.query('UPDATE election SET opens_at = $2 WHERE key = $1', [key, at(1_800 * SECOND)])
      const turn = store.elections.runSchedule()
      await somebodyWaitsForALock(store.owner, 'follow_schedule')
      await clerk.query('COMMIT')
      expect(await turn).not.toContain(key)
    } finally {
      clerk.release()
    }
    expect(await phaseOf(key)).toBe('SCHEDULED')
  })

  test('closes at once where a person closes it, whatever the clock says', async () => {
    const { key } = await store.openElection()
    expect(await store.elections.runSchedule()).not.toContain(key)
    expect(await store.elections.changePhase(key, 'close')).toMatchObject({ ok: true, phase: 'CLOSED' })
  })
})

describe('an election whose boxes somebody holds', () => {
  test('is told of, is waited for once, holds up no other after that, and closes when it is let go', async () => {
    const [stuck, other] = [await overdue(), await overdue()]
    const holder = await holdBox(stuck)
    const told: number[] = []
    const turn = () => store.elections.runSchedule((election) => told.push(election))
    expect(await turn()).toEqual([other])
    expect([await phaseOf(stuck), await phaseOf(other), told]).toEqual(['OPEN', 'CLOSED', [stuck]])

    const later = await overdue()
    const started = performance.now()
    expect(await turn(), 'not held up by the one that is tried at the same time').toEqual([later])
    expect(performance.now() - started).toBeLessThan(800)
    expect(await phaseOf(stuck)).toBe('OPEN')

    await holder.letGo()
    const closed: number[] = []
    await eventually(async () => {
      closed.push(...await turn())
      return closed.includes(stuck)
    }, { limitMs: 10_000, what: 'the election that was stuck to be closed' })
    expect(await phaseOf(stuck)).toBe('CLOSED')
    expect(closed, 'whoever asks hears of it once').toEqual([stuck])
  })

  test('holds up no tick in another', async () => {
    const time = { source: 'IMPORTED', granularityMs: SECOND, disorderMs: 0, graceMs: 0 } as const
    const dawn = Math.floor(Date.now() / 10_000) * 10_000 - 3_600 * SECOND
    const open = async (): Promise<number> => {
      const election = await store.openElection({ boxes: 2, time, opensAt: at(-7_200 * SECOND) })
      expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Ada', { castAt: dawn })])).toMatchObject([{ verdict: 'ACCEPTED' }])
      return election.key
    }
    const [stuck, other] = [await open(), await open()]
    const holder = await holdBox(stuck)
    const told: number[] = []
    expect(await store.elections.tickIdleBoxes(0, (election) => told.push(election))).toBe(1)
    expect([await nextSeq(other), told]).toEqual([1, [stuck]])
    await holder.letGo()
    await eventually(async () => {
      await store.elections.tickIdleBoxes(0)
      return await nextSeq(stuck) === 1
    }, { limitMs: 10_000, what: 'the box that was held to hear the time' })
  })
})

const nextSeq = async (key: number): Promise<number | undefined> => (await store.ledger.heads(key)).find(({ box }) => box === 1)?.nextSeq
