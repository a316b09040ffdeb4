import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Election } from '../../election/index.js'
import { createPositionReader } from './position-reader.js'
import { createRevisionStore, type BoxTally, type PublisherClaim, type Revision, type RevisionStore } from './revision-store.js'
import { castRow, createStoreUnderTest, somebodyWaitsForALock, type StoreUnderTest } from '../store-under-test.js'
import { createTallyStore } from './tally-store.js'

let store: StoreUnderTest
let revisions: RevisionStore
beforeAll(async () => {
  store = await createStoreUnderTest()
  revisions = createRevisionStore(store.worker)
})
afterAll(() => store[Symbol.asyncDispose]())

const revisionOf = (claim: PublisherClaim, revision: number, changes: Partial<Revision> = {}): Revision => ({
  election: claim.election, revision, publishedAt: 1_000_000 + revision, status: 'UNOFFICIAL_PARTIAL', asOf: null, finalUntil: null, isFull: revision === 1,
  vector: [{ box: 0, generation: 1, nextSeq: 3 * revision, sealedSeq: null }, { box: 1, generation: 1, nextSeq: revision, sealedSeq: null }],
  rows: [{ view: 'place', key: 'mill/EARLY', counts: [revision] }], ...changes,
})
const publish = async (claim: PublisherClaim, count: number, full: readonly number[] = [1]): Promise<void> => {
  for (let revision = claim.lastRevision + 1; revision <= claim.lastRevision + count; revision += 1) {
    expect(await revisions.commit(claim, revisionOf(claim, revision, { isFull: full.includes(revision) }))).toBe(true)
  }
}
const numbers = (found: readonly Pick<Revision, 'revision'>[]): number[] => found.map(({ revision }) => revision)

describe('publishing', () => {
  test('a revision is read back exactly as it was committed', async () => {
    const { key } = await store.openElection()
    const claim = await revisions.claim(key, 'owl')
    expect(claim).toEqual({ election: key, epoch: 1, lastRevision: 0, producedRevision: 0 })
    const revision = revisionOf(claim, 1, { status: 'UNOFFICIAL_COMPLETE', asOf: 1_700_000_000_123, finalUntil: 1_700_000_010_000, rows: [
      { view: 'eligible', key: 'mill', counts: [9] }, { view: 'place', key: 'mill/EARLY', counts: [3, 3, 1, 0, 2, 0, 0] }, { view: 'correction', key: '', counts: [-3] }, { view: 'pane', key: '/1700000000000', counts: [3] },
    ] })
    expect(await revisions.commit(claim, revision)).toBe(true)
    expect(await revisions.read(key, 0, 10)).toEqual([revision])
    expect(await revisions.latest(key)).toBe(1)
  })

  test('a number is given once, and never one below it', async () => {
    const { key } = await store.openElection()
    const claim = await revisions.claim(key, 'owl')
    await publish(claim, 3)
    expect(await revisions.commit(claim, revisionOf(claim, 3))).toBe(false)
    expect(await revisions.commit(claim, revisionOf(claim, 2))).toBe(false)
    expect(numbers(await revisions.read(key, 0, 10))).toEqual([1, 2, 3])
  })

  test('who has been superseded publishes nothing more; the successor goes on where it ended', async () => {
    const { key } = await store.openElection()
    const first = await revisions.claim(key, 'owl')
    await publish(first, 2)
    await revisions.noteProduced(first, 1)
    const second = await revisions.claim(key, 'owl')
    expect(second).toEqual({ election: key, epoch: 2, lastRevision: 2, producedRevision: 1 })
    expect(await revisions.commit(first, revisionOf(first, 3))).toBe(false)
    await revisions.noteProduced(first, 2)
    expect(await revisions.commit(second, revisionOf(second, 3))).toBe(true)
    expect(await revisions.claim(key, 'owl')).toMatchObject({ lastRevision: 3, producedRevision: 1 })
  })

  test('two processes that publish the same election at once give every number once', async () => {
    const { key } = await store.openElection()
    const claims = [await revisions.claim(key, 'owl'), await revisions.claim(key, 'owl')]
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => {
      const claim = claims[at % 2]
      return claim === undefined ? false : revisions.commit(claim, revisionOf(claim, 1 + Math.floor(at / 2)))
    }))
    const found = numbers(await revisions.read(key, 0, 100))
    expect(outcomes.filter(Boolean)).toHaveLength(found.length)
    expect(new Set(found).size).toBe(found.length)
    expect(outcomes.filter((_, at) => at % 2 === 0).some(Boolean), 'the superseded one').toBe(false)
  })
})

describe('reading', () => {
  let key = 0
  beforeAll(async () => {
    key = (await store.openElection()).key
    await publish(await revisions.claim(key, 'owl'), 12, [1, 5, 9])
  })

  test('what follows a revision, a slice at a time', async () => {
    expect(numbers(await revisions.read(key, 4, 3))).toEqual([5, 6, 7])
    expect(numbers(await revisions.read(key, 12, 3))).toEqual([])
  })

  test('the newest full revision and what follows it, as of now or as of an earlier one', async () => {
    expect(numbers(await revisions.readFromFull(key))).toEqual([9, 10, 11, 12])
    expect(numbers(await revisions.readFromFull(key, 9))).toEqual([9])
    expect(numbers(await revisions.readFromFull(key, 8))).toEqual([5, 6, 7, 8])
    expect(numbers(await revisions.readFromFull(key, 3))).toEqual([1, 2, 3])
    expect(await revisions.readFromFull((await store.openElection()).key)).toEqual([])
  })

  test('number and instant of the newest and of those that are asked for', async () => {
    const marks = await revisions.marks(key, [13, 7, 2])
    expect(numbers(marks)).toEqual([2, 7, 12])
    expect(marks[1]).toEqual({ revision: 7, publishedAt: (await revisions.read(key, 6, 1))[0]?.publishedAt })
    expect(numbers(await revisions.marks(key, []))).toEqual([12])
    expect(await revisions.marks((await store.openElection()).key, [1])).toEqual([])
  })

  test('a revision by its number, or the last one of an instant', async () => {
    expect(await revisions.find(key, { revision: 7 })).toBe(7)
    expect(await revisions.find(key, { revision: 13 })).toBeUndefined()
    expect(await revisions.find(key, { time: new Date(1_000_006) })).toBe(6)
    expect(await revisions.find(key, { time: new Date(1_000_000) })).toBeUndefined()
    expect(await revisions.find(key, {})).toBe(12)
  })

  test('the first revision that holds a ballot, for every ballot, also where old revisions were removed', async () => {
    const first = async (box: number, seq: number) => (await revisions.firstHolding(key, box, seq))?.revision
    const expectAll = async (kept: readonly number[]): Promise<void> => {
      for (const box of [0, 1, 7]) {
        for (let seq = 0; seq < 40; seq += 1) {
          const holds = kept.find((revision) => box === 0 ? 3 * revision > seq : box === 1 && revision > seq)
          expect(await first(box, seq), `box ${box}, ballot ${seq}`).toBe(holds)
        }
      }
    }
    await expectAll(Array.from({ length: 12 }, (_, at) => at + 1))
    expect(await revisions.firstHolding(key, 0, 8)).toEqual({ revision: 3, publishedAt: new Date(1_000_003) })
    await store.owner.query('DELETE FROM result_revision WHERE election = $1 AND revision IN (1, 2, 3, 4, 7, 10)', [key])
    await expectAll([5, 6, 8, 9, 11, 12])
    expect(await revisions.firstHolding((await store.openElection()).key, 0, 0)).toBeUndefined()
  })
})

describe('thinning old revisions', () => {
  test('keeps the last of each minute as it was, and what follows still adds up', async () => {
    const { key } = await store.openElection()
    const claim = await revisions.claim(key, 'owl')
    const minute = (revision: number): number => revision <= 3 ? 0 : revision <= 5 ? 60_000 : 120_000
    for (let revision = 1; revision <= 7; revision += 1) {
      await revisions.commit(claim, revisionOf(claim, revision, { isFull: revision === 1, publishedAt: minute(revision) + revision, rows: [{ view: 'place', key: `mill/${revision % 2 === 0 ? 'EARLY' : 'ONLINE'}`, counts: [revision] }] }))
    }
    const stands = async (upTo: number) => new Map((await revisions.readFromFull(key, upTo)).flatMap(({ rows }) => rows.map((row) => [row.key, row.counts])))
    const [atThree, atFive, atSeven] = [await stands(3), await stands(5), await stands(7)]
    expect(await revisions.thin(claim, 120_000)).toBe(3)
    expect(await revisions.thin(claim, 120_000), 'a second time').toBe(0)
    expect(numbers(await revisions.read(key, 0, 100))).toEqual([3, 5, 6, 7])
    expect([await stands(3), await stands(5), await stands(7)]).toEqual([atThree, atFive, atSeven])
    expect(await revisions.latest(key)).toBe(7)
  })

  test('is for the publisher of the election alone', async () => {
    const { key } = await store.openElection()
    const former = await revisions.claim(key, 'owl')
    await publish(former, 5)
    await revisions.claim(key, 'owl')
    expect(await revisions.thin(former, 3_000_000)).toBe(0)
    expect(await revisions.read(key, 0, 100)).toHaveLength(5)
  })

  /** Thins three minutes of which the last cannot be touched until the work is done. */
  const whileThinning = async (work: (claim: PublisherClaim) => Promise<void>): Promise<{ key: number, thinned: Promise<number> }> => {
    const { key } = await store.openElection()
    const claim = await revisions.claim(key, 'owl')
    for (let revision = 1; revision <= 6; revision += 1) await revisions.commit(claim, revisionOf(claim, revision, { publishedAt: Math.ceil(revision / 2) * 60_000 }))
    const obstacle = await store.owner.connect()
    try {
      await obstacle.query('BEGIN')
      await obstacle.query('SELECT 1 FROM result_revision WHERE election = $1 AND revision = 5 FOR UPDATE', [key])
      const thinned = revisions.thin(claim, 600_000)
      await somebodyWaitsForALock(store.owner, 'DELETE FROM result_revision')
      await work(claim)
      await obstacle.query('COMMIT')
      return { key, thinned }
    } finally {
      obstacle.release()
    }
  }

  test('never holds up a revision that is published meanwhile', async () => {
    const { key, thinned } = await whileThinning(async (claim) => {
      expect(await revisions.commit(claim, revisionOf(claim, 7, { publishedAt: 900_000 }))).toBe(true)
      await revisions.noteProduced(claim, 7)
      await somebodyWaitsForALock(store.owner, 'DELETE FROM result_revision')
    })
    expect(await thinned).toBe(3)
    expect(numbers(await revisions.read(key, 0, 100))).toEqual([2, 4, 6, 7])
  })

  test('is done minute by minute: what is done is there although the next one has to wait', async () => {
    const { thinned } = await whileThinning(async ({ election }) => {
      expect(numbers(await revisions.read(election, 0, 100))).toEqual([2, 4, 5, 6])
    })
    expect(await thinned).toBe(3)
  })

  test('is done by one process at a time', async () => {
    const { key, thinned } = await whileThinning(async ({ election }) => {
      const successor = await revisions.claim(election, 'otter')
      expect(await revisions.thin(successor, 600_000)).toBe(0)
    })
    expect(await thinned).toBe(3)
    expect(numbers(await revisions.read(key, 0, 100))).toEqual([2, 4, 6])
  })
})

describe('what a publisher starts from', () => {
  const tally = async (election: Election, box: number, toSeq: number, count: number): Promise<void> => {
    const tallies = createTallyStore(store.worker)
    const claim = await tallies.claim({ election: election.key, box }, ['age'])
    const chain = (await store.ledger.read(election.key, box, toSeq - 1, 1))[0]?.chain ?? ''
    expect(await tallies.flush([{ ...claim, fromSeq: claim.nextSeq, toSeq, chain, newestAt: 1_700_000_000_000, rows: [
      { view: 'place', key: 'mill/EARLY', counts: [count] }, { view: 'pane', key: '/1700000000000', counts: [count, count] }, { view: 'pane', key: 'north/1699999200000/3600000', counts: [count] },
    ] }])).toEqual({ refused: [] })
  }

  const boxesOf = async (election: number, only?: number): Promise<BoxTally[]> => {
    const boxes: BoxTally[] = []
    await revisions.readBoxes(election, (box) => { boxes.push(box) }, only)
    return boxes
  }

  test('is every box with its rows and its seal, boxes without any included; or one of them', async () => {
    const election = await store.openElection()
    for (const part of [0, 1]) await store.ledger.castBatch(election.key, 0, [castRow(election, `a${part}`)])
    await tally(election, 0, 1, 1)
    await store.elections.changePhase(election.key, 'close')
    const rows = [{ view: 'place', key: 'mill/EARLY', counts: [1] }, { view: 'pane', key: '/1700000000000', counts: [1, 1] }, { view: 'pane', key: 'north/1699999200000/3600000', counts: [1] }]
    const zero = { box: 0, generation: 1, nextSeq: 1, sealedSeq: 3, chain: (await store.ledger.read(election.key, 0, 0, 1))[0]?.chain, newestAt: 1_700_000_000_000, views: ['age'] }
    const [one, corrections] = [{ box: 1, generation: 1, nextSeq: 0, sealedSeq: 1, chain: '', newestAt: null, views: [] }, { box: 2, generation: 1, nextSeq: 0, sealedSeq: null, chain: '', newestAt: null, views: [] }]
    expect(await revisions.positions(election.key)).toEqual([zero, one, corrections])
    expect(await boxesOf(election.key)).toEqual([{ ...zero, rows: expect.arrayContaining(rows) as object[] }, { ...one, rows: [] }, { ...corrections, rows: [] }])
    expect((await boxesOf(election.key, 0)).map(({ box }) => box)).toEqual([0])
  })

  test('shows one generation of a box only', async () => {
    const election = await store.openElection()
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'a')])
    await tally(election, 0, 1, 1)
    await store.owner.query(`INSERT INTO tally VALUES ($1, 0, 2, 'place', 'mill/EARLY', '{77}'), ($1, 0, 2, 'place', 'mill/ONLINE', '{5}')`, [election.key])
    expect((await boxesOf(election.key, 0))[0]?.rows.filter(({ view }) => view === 'place')).toEqual([{ view: 'place', key: 'mill/EARLY', counts: [1] }])
    await store.owner.query('UPDATE box_position SET generation = 2 WHERE election = $1 AND box = 0', [election.key])
    expect((await boxesOf(election.key, 0))[0]?.rows).toEqual(expect.arrayContaining([{ view: 'place', key: 'mill/EARLY', counts: [77] }, { view: 'place', key: 'mill/ONLINE', counts: [5] }]))
  })

  test('floors say from which instant on ballots may still come, never go back, and stand still in sealed boxes', async () => {
    const election = await store.openElection()
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'a')])
    const first = await revisions.floors(election.key)
    expect(first.map(({ box, nextSeq, sealedSeq }) => [box, nextSeq, sealedSeq])).toEqual([[0, 1, null], [1, 0, null], [2, 0, null]])
    for (const { floor } of first) {
      expect(floor % 1_000).toBe(0)
      expect(Math.abs(floor - Date.now())).toBeLessThan(10_000)
    }
    const ahead = (first[0]?.floor ?? 0) + 60_000
    await store.owner.query('UPDATE ballot_box SET last_cast_at = to_timestamp($2::bigint / 1000.0) WHERE election = $1 AND box = 0', [election.key, ahead])
    expect((await revisions.floors(election.key))[0]?.floor).toBe(ahead)
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'b')])).toEqual([{ verdict: 'ACCEPTED', castAt: ahead }])
    await store.elections.changePhase(election.key, 'close')
    expect((await revisions.floors(election.key))[0]).toEqual({ box: 0, nextSeq: 3, sealedSeq: 3, floor: ahead })
  })

  test('how far the counting is can be read for every election: accepted, tabulated, published', async () => {
    const election = await store.openElection()
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'a'), castRow(election, 'b')])
    await store.ledger.castBatch(election.key, 1, [castRow(election, 'c')])
    await tally(election, 0, 2, 2)
    const read = async () => (await createPositionReader(store.api).positions()).find((one) => one.election === election.key)
    expect(await read()).toEqual({ election: election.key, accepted: 3, tabulated: 2, published: 0, ballots: { accepted: 3, tabulated: 2, published: 0 }, revision: 0, publishedAt: null })
    const claim = await revisions.claim(election.key, 'owl')
    await revisions.commit(claim, revisionOf(claim, 1, { vector: [{ box: 0, generation: 1, nextSeq: 1, sealedSeq: null }, { box: 1, generation: 1, nextSeq: 0, sealedSeq: null }] }))
    expect(await read()).toEqual({ election: election.key, accepted: 3, tabulated: 2, published: 1, ballots: { accepted: 3, tabulated: 2, published: 1 }, revision: 1, publishedAt: 1_000_001 })
    await store.elections.changePhase(election.key, 'close')
    expect(await read(), 'seals are entries and no ballots').toMatchObject({ accepted: 5, tabulated: 2, ballots: { accepted: 3 } })
    await tally(election, 0, 3, 2)
    await tally(election, 1, 2, 1)
    expect(await read()).toMatchObject({ accepted: 5, tabulated: 5, ballots: { accepted: 3, tabulated: 3 } })
  })
})
