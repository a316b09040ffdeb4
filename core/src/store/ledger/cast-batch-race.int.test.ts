import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Election } from '../../election/index.js'
import { createBallotLedger, type CastAnswer, type CastRow } from './ballot-ledger.js'
import { castRow, chainAfter, createStoreUnderTest, somebodyWaitsForALock, type ChainedEntry, type StoreUnderTest } from '../store-under-test.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

const CONNECTIONS = 6
const BATCHES = 30
const VOTERS = 400
const BOXES = 3
/** So many answers are given before the election is closed, while the casting goes on. */
const CLOSES_AFTER = 300

/** A small generator of our own, so that a failure can be run again by its seed. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

interface Told { row: CastRow, answer: CastAnswer }

/** Casts batches of random voters into random boxes; every voter has two keys, and comes again and again. */
async function castAtRandom(election: Election, seed: number, tell: (told: Told[]) => void): Promise<void> {
  const dice = createDice(seed)
  await using ledger = createBallotLedger(store.api)
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const rows = Array.from({ length: 1 + dice(12) }, () => {
      const voter = `voter ${dice(VOTERS)}`
      return castRow(election, voter, { key: `${voter}, attempt ${dice(2)}` })
    })
    const answers = await ledger.castBatch(election.key, dice(BOXES), rows)
    tell(answers.flatMap((answer, at) => {
      const row = rows[at]
      return row === undefined ? [] : [{ row, answer }]
    }))
  }
}

async function ledgerOf({ key }: Election) {
  const { rows: entries } = await store.owner.query<{ box: number, seq: string, kind: number, tracker: string, castAt: number, commitment: string, chain: string | null }>(
    `SELECT box, seq, kind, tracker, (extract(epoch FROM cast_at) * 1000)::float8 AS "castAt", encode(commitment, 'hex') AS commitment, encode(chain, 'hex') AS chain FROM box_entry WHERE election = $1 ORDER BY box, seq`, [key])
  const { rows: [participations] } = await store.owner.query<{ count: string }>('SELECT count(*) FROM participation WHERE election = $1', [key])
  const { rows: boxes } = await store.owner.query<{ box: number, next_seq: string, ballots: string, sealed_seq: string | null, chain: string }>(
    `SELECT box, next_seq, ballots, sealed_seq, encode(chain, 'hex') AS chain FROM ballot_box WHERE election = $1 ORDER BY box`, [key])
  return { entries, participations: Number(participations?.count), boxes }
}

/** One batch ended at each digest: what the ledger should say it is. */
function chainOf(entries: readonly (ChainedEntry & { chain: string | null })[]): string {
  const transactions: ChainedEntry[][] = [[]]
  for (const { commitment, castAt, chain } of entries) {
    transactions.at(-1)?.push({ commitment, castAt })
    if (chain !== null) transactions.push([])
  }
  expect(transactions.at(-1), 'every transaction ends in a digest').toEqual([])
  return chainAfter(transactions.slice(0, -1))
}

describe('six connections cast ballots of the same voters into three boxes, and the election closes in the middle', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('one ballot a voter, one answer for each, no hole, digests that follow, and nothing after closing (%i)', async (seed) => {
    const election = await store.openElection({ boxes: BOXES })
    const told: Told[] = []
    let closing: ReturnType<typeof store.elections.changePhase> | undefined
    const tell = (more: Told[]): void => {
      told.push(...more)
      if (told.length >= CLOSES_AFTER) closing ??= store.elections.changePhase(election.key, 'close')
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, at) => castAtRandom(election, seed * 1_000 + at, tell)))
    expect(await closing).toMatchObject({ ok: true, phase: 'CLOSED' })

    const { entries, participations, boxes } = await ledgerOf(election)
    const ballots = entries.filter(({ kind }) => kind === 0)
    const accepted = told.filter(({ answer }) => answer.verdict === 'ACCEPTED')
    expect(accepted.length).toBeGreaterThan(50)
    expect(told.filter(({ answer }) => answer.verdict === 'NOT_OPEN').length).toBeGreaterThan(0)
    expect(new Set(ballots.map(({ tracker }) => tracker)), 'the ledger holds what was accepted and nothing else').toEqual(new Set(accepted.map(({ row }) => row.tracker)))
    expect(ballots.length).toBe(accepted.length)
    expect(participations).toBe(ballots.length)
    expect(boxes.reduce((sum, box) => sum + Number(box.ballots), 0)).toBe(ballots.length)
    expect(boxes.reduce((sum, box) => sum + Number(box.next_seq), 0)).toBe(entries.length)
    for (const box of boxes) {
      const inBox = entries.filter((entry) => entry.box === box.box)
      expect(inBox.map(({ seq }) => Number(seq)), `box ${box.box} has no hole`).toEqual(inBox.map((_, at) => at))
      expect(inBox.map(({ kind }) => kind), `a seal ends box ${box.box}`).toEqual(box.box === BOXES ? [] : inBox.map((_, at) => at === inBox.length - 1 ? 3 : 0))
      expect(chainOf(inBox), `digest of box ${box.box}`).toBe(box.chain)
      expect(box.sealed_seq, `box ${box.box} is sealed where it ends`).toBe(box.box === BOXES ? null : box.next_seq)
    }
    expectOneTruthPerVoter(told)

    const again = await store.ledger.castBatch(election.key, 0, accepted.map(({ row }) => row))
    expect(again.map((answer) => answer.verdict === 'EXISTS' && answer.sealedReceipt.toString()), 'who comes again after the closing gets the first receipt').toEqual(accepted.map(({ row }) => row.sealedReceipt.toString()))
  })
})

test('a closing that waits for one box holds up no vote in another, and what was accepted meanwhile is sealed with the rest', async () => {
  const election = await store.openElection({ boxes: BOXES })
  const holder = await store.owner.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT 1 FROM ballot_box WHERE election = $1 AND box = 0 FOR UPDATE', [election.key])
  const closing = store.elections.changePhase(election.key, 'close')
  await somebodyWaitsForALock(store.owner, 'change_phase')
  expect(await store.ledger.castBatch(election.key, 1, [castRow(election, 'Uwe')])).toMatchObject([{ verdict: 'ACCEPTED' }])
  await holder.query('COMMIT')
  holder.release()
  expect(await closing).toMatchObject({ ok: true, phase: 'CLOSED' })
  expect((await store.ledger.heads(election.key)).map(({ sealedSeq }) => sealedSeq)).toEqual([1, 2, 1, null])
  expect(await store.ledger.castBatch(election.key, 2, [castRow(election, 'Vera')])).toEqual([{ verdict: 'NOT_OPEN', phase: 'CLOSED' }])
})

test.each(['pause', 'close'] as const)('to %s waits for every vote that is being written: none is accepted behind the back of whoever was told that it is done', async (change) => {
  const election = await store.openElection({ boxes: BOXES })
  const writing = await store.owner.connect()
  await writing.query('BEGIN')
  await writing.query('SELECT 1 FROM ballot_box WHERE election = $1 AND box = 2 FOR UPDATE', [election.key])
  let isDone = false
  const changing = store.elections.changePhase(election.key, change).then(() => { isDone = true })
  await somebodyWaitsForALock(store.owner, 'change_phase')
  expect(isDone).toBe(false)
  await writing.query('COMMIT')
  writing.release()
  await changing
  for (const box of [0, 1, 2]) expect(await store.ledger.castBatch(election.key, box, [castRow(election, `late for box ${box}`)])).toMatchObject([{ verdict: 'NOT_OPEN' }])
})

/** Whatever a voter was answered names the one ballot that was accepted; who was told "not open" and nothing else has none. */
function expectOneTruthPerVoter(told: readonly Told[]): void {
  const receipts = new Map<string, Set<string>>()
  for (const { row, answer } of told) {
    const voter = row.voterRef.toString('hex')
    const named = answer.verdict === 'ACCEPTED' ? row.sealedReceipt : answer.verdict === 'EXISTS' ? answer.sealedReceipt : undefined
    if (named !== undefined) receipts.set(voter, (receipts.get(voter) ?? new Set()).add(named.toString()))
    expect(['ACCEPTED', 'EXISTS', 'NOT_OPEN']).toContain(answer.verdict)
  }
  for (const [voter, named] of receipts) expect([...named], `receipts of ${voter}`).toHaveLength(1)
  const acceptances = told.filter(({ answer }) => answer.verdict === 'ACCEPTED').map(({ row }) => row.voterRef.toString('hex'))
  expect(new Set(acceptances).size, 'nobody is accepted twice').toBe(acceptances.length)
  expect(new Set(receipts.keys())).toEqual(new Set(acceptances))
}
