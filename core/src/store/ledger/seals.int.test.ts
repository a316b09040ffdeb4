import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BoxEntry, Election } from '../../election/index.js'
import { createRevisionStore } from '../counting/revision-store.js'
import { castRow, chainAfter, createStoreUnderTest, type StoreUnderTest } from '../store-under-test.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

const SECOND = 1_000
const BOXES = [0, 1, 2] as const
const onTime = { source: 'DATABASE', granularityMs: SECOND, disorderMs: 0, graceMs: 0 } as const
const imported = { source: 'IMPORTED', granularityMs: SECOND, disorderMs: 20 * SECOND, graceMs: 10 * SECOND } as const
const at = (fromNowMs: number): string => new Date(Math.floor(Date.now() / SECOND) * SECOND + fromNowMs).toISOString()

const boxesOf = ({ key }: Election): Promise<BoxEntry[][]> => Promise.all(BOXES.map((box) => store.ledger.read(key, box, 0, 100)))
const close = async ({ key }: Election): Promise<Election> => {
  expect(await store.elections.changePhase(key, 'close')).toMatchObject({ ok: true })
  return store.reload(key)
}
/** Brings the closing time of an election into the past, as if nobody had been there to close it. */
const overdue = async ({ key }: Election, closesAt: string): Promise<void> => {
  await store.owner.query('UPDATE election SET closes_at = $2 WHERE key = $1', [key, closesAt])
}

describe('the seal that ends every ballot box', () => {
  test('is its last entry, bound into its digest, with one time for all; the corrections box has none', async () => {
    const election = await store.openElection({ boxes: BOXES.length, time: onTime })
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'Ada'), castRow(election, 'Bo')])
    await store.ledger.castBatch(election.key, 1, [castRow(election, 'Cy')])
    await close(election)
    const boxes = await boxesOf(election)
    expect(boxes.map((entries) => entries.map(({ kind }) => kind))).toEqual([['BALLOT', 'BALLOT', 'SEAL'], ['BALLOT', 'SEAL'], ['SEAL']])
    expect(new Set(boxes.map((entries) => entries.at(-1)?.castAt)).size).toBe(1)
    for (const [box, entries] of boxes.entries()) {
      const seal = entries.at(-1)
      const ballots = entries.slice(0, -1)
      expect(seal?.commitment).toBe(createHash('sha256').update(`livetally seal/${election.key}/${box}/${ballots.length}/${seal?.castAt ?? 0}`).digest('hex'))
      expect(seal?.chain).toBe(chainAfter([...ballots.length === 0 ? [] : [ballots], entries.slice(-1)]))
    }
    expect((await store.ledger.heads(election.key)).map(({ nextSeq, sealedSeq }) => [nextSeq, sealedSeq])).toEqual([[3, 3], [2, 2], [1, 1], [0, null]])
    expect(await store.ledger.read(election.key, BOXES.length, 0, 9)).toEqual([])
    await store.elections.changePhase(election.key, 'certify')
    expect((await store.ledger.heads(election.key)).at(-1)).toMatchObject({ nextSeq: 0, sealedSeq: 0 })
  })

  test('lies in the last second in which somebody could vote, and after every ballot', async () => {
    const election = await store.openElection({ boxes: BOXES.length, time: onTime })
    const [answer] = await store.ledger.castBatch(election.key, 1, [castRow(election, 'Ada')])
    const { closesAt } = await close(election)
    const sealedAt = (await boxesOf(election))[0]?.at(-1)?.castAt ?? 0
    expect(sealedAt % SECOND).toBe(0)
    expect(closesAt.getTime() - sealedAt).toBeLessThanOrEqual(SECOND)
    expect(sealedAt).toBeLessThan(closesAt.getTime())
    expect(answer?.verdict === 'ACCEPTED' && answer.castAt <= sealedAt).toBe(true)

    const forgotten = await store.openElection({ boxes: BOXES.length, time: onTime })
    const noon = at(-60 * SECOND)
    await overdue(forgotten, noon)
    await close(forgotten)
    expect((await boxesOf(forgotten)).map((entries) => entries.at(-1)?.castAt)).toEqual(BOXES.map(() => Date.parse(noon) - SECOND))
  })

  test('never lies before what has been said to be final, and nothing after the end of voting is', async () => {
    const election = await store.openElection({ boxes: BOXES.length, time: onTime })
    const noon = at(-60 * SECOND)
    await overdue(election, noon)
    const revisions = createRevisionStore(store.worker)
    const floors = await revisions.floors(election.key)
    expect(floors.map(({ floor }) => floor), 'the last second of voting').toEqual([0, 1, 2, 3].map(() => Date.parse(noon) - SECOND))
    await store.owner.query(`UPDATE ballot_box SET last_cast_at = $2 WHERE election = $1 AND box = 1`, [election.key, at(-10 * SECOND)])
    const said = (await revisions.floors(election.key))[1]?.floor ?? 0
    expect(said, 'what was said once stays').toBeGreaterThan(Date.parse(noon))
    await close(election)
    expect((await boxesOf(election)).map((entries) => entries.at(-1)?.castAt)).toEqual(BOXES.map(() => said))
  })

  test('of imported time says the newest time of any box, and no box needs a tick before it', async () => {
    const election = await store.openElection({ boxes: BOXES.length, time: imported })
    const dawn = Math.floor(Date.now() / 10_000) * 10_000 - 900 * SECOND
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'Ada', { castAt: dawn })])
    await store.ledger.castBatch(election.key, 2, [castRow(election, 'Bo', { castAt: dawn + 300 * SECOND })])
    await store.elections.changePhase(election.key, 'pause')
    await close(election)
    expect((await boxesOf(election)).map((entries) => entries.map(({ kind, castAt }) => [kind, (castAt - dawn) / SECOND]))).toEqual([
      [['BALLOT', 0], ['SEAL', 300]], [['SEAL', 300]], [['BALLOT', 300], ['SEAL', 300]],
    ])
  })

  test('of imported time in which nobody voted says the end of voting', async () => {
    const election = await store.openElection({ boxes: BOXES.length, time: imported })
    const noon = at(-60 * SECOND)
    await overdue(election, noon)
    await close(election)
    expect((await boxesOf(election)).map((entries) => entries.map(({ kind, castAt }) => [kind, castAt]))).toEqual(BOXES.map(() => [['SEAL', Date.parse(noon) - SECOND]]))
  })

  test('is there once, however often and by however many an election is closed', async () => {
    const election = await store.openElection({ boxes: BOXES.length })
    await Promise.all(Array.from({ length: 6 }, () => store.elections.changePhase(election.key, 'close')))
    expect((await boxesOf(election)).map((entries) => entries.map(({ kind }) => kind))).toEqual(BOXES.map(() => ['SEAL']))
  })
})

test('a time before 1970 is bound into digests as every other', async () => {
  const election = await store.openElection({ boxes: BOXES.length, time: imported, opensAt: '1960-01-01T00:00:00Z' })
  const rows = [castRow(election, 'Ada', { castAt: Date.UTC(1960, 5, 1, 12) + 7 }), castRow(election, 'Bo', { castAt: -1 }), castRow(election, 'Cy', { castAt: 0 })]
  expect((await store.ledger.castBatch(election.key, 0, rows)).map(({ verdict }) => verdict)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED'])
  const entries = await store.ledger.read(election.key, 0, 0, 9)
  expect(entries.at(-1)?.chain).toBe(chainAfter([entries]))
})
