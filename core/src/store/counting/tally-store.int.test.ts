import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTally, NOTHING_ROLLED, type BoxEntry, type Election } from '../../election/index.js'
import { castRow, createStoreUnderTest, type StoreUnderTest } from '../store-under-test.js'
import { createTallyStore, type BoxClaim, type BoxFlush, type TallyStore } from './tally-store.js'

let store: StoreUnderTest
let tallies: TallyStore
beforeAll(async () => {
  store = await createStoreUnderTest()
  tallies = createTallyStore(store.worker)
})
afterAll(() => store[Symbol.asyncDispose]())

/** An election with ballots in boxes 0 and 1, two transactions of two ballots each. */
async function electionWithBallots(): Promise<Election> {
  const election = await store.openElection()
  for (const box of [0, 1]) {
    for (const part of [0, 1]) {
      await store.ledger.castBatch(election.key, box, [1, 2].map((voter) => castRow(election, `${box}.${part}.${voter}`, {
        ballot: { unit: box === 0 ? 'mill' : 'market', channel: 'EARLY', attributes: {}, selections: { baker: ['rye'] } },
      })))
    }
  }
  return election
}

const read = (election: Election, box: number): Promise<BoxEntry[]> => store.ledger.read(election.key, box, 0, 100)

/** What a tabulator that has folded the first `toSeq` entries would flush. */
async function flushOf(election: Election, claim: BoxClaim, toSeq: number): Promise<BoxFlush> {
  const entries = (await read(election, claim.box)).slice(0, toSeq)
  const tally = createTally(election.structure)
  for (const entry of entries) tally.add(entry)
  return { ...claim, fromSeq: claim.nextSeq, toSeq, chain: entries.at(-1)?.chain ?? '', newestAt: tally.newestAt, rows: tally.rows() }
}

const byKey = (rows: readonly { view: string, key: string, counts: readonly number[] }[]) => new Map(rows.map(({ view, key, counts }) => [`${view}:${key}`, counts]))

describe('a box', () => {
  test('starts at nothing, and is found again where its owner left it', async () => {
    const election = await electionWithBallots()
    const claim = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    expect(claim).toEqual({ election: election.key, box: 0, generation: 1, nextSeq: 0, chain: '', epoch: 1, newestAt: Number.NEGATIVE_INFINITY, views: ['age'], rolled: NOTHING_ROLLED })
    expect(await tallies.load(claim, Number.NEGATIVE_INFINITY)).toEqual([])
    const flush = await flushOf(election, claim, 2)
    expect(await tallies.flush([flush])).toEqual({ refused: [] })
    const next = await tallies.claim(claim, ['age'])
    expect(next).toEqual({ ...claim, epoch: 2, nextSeq: 2, chain: flush.chain, newestAt: flush.newestAt })
    expect(byKey(await tallies.load(next, Number.NEGATIVE_INFINITY))).toEqual(byKey(flush.rows))
  })

  test('holds absolute counts: what is flushed later replaces what was there', async () => {
    const election = await electionWithBallots()
    const claim = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    await tallies.flush([await flushOf(election, claim, 2)])
    const whole = await flushOf(election, { ...claim, nextSeq: 2 }, 4)
    expect(await tallies.flush([whole])).toEqual({ refused: [] })
    const rows = byKey(await tallies.load(await tallies.claim(claim, ['age']), Number.NEGATIVE_INFINITY))
    expect(rows).toEqual(byKey(whole.rows))
    expect(rows.get('place:mill/EARLY')?.slice(0, 7)).toEqual([4, 4, 0, 0, 4, 0, 0])
  })

  test('obeys its newest owner only: a frozen one that wakes up changes nothing', async () => {
    const election = await electionWithBallots()
    const frozen = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    const successor = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    expect(await tallies.flush([await flushOf(election, frozen, 4)])).toEqual({ refused: [{ election: election.key, box: 0, reason: 'NOT_MINE' }] })
    expect(await tallies.load(successor, Number.NEGATIVE_INFINITY)).toEqual([])
    expect(await tallies.flush([await flushOf(election, successor, 2)])).toEqual({ refused: [] })
    expect(await tallies.flush([await flushOf(election, successor, 2)]), 'the same flush a second time').toEqual({ refused: [{ election: election.key, box: 0, reason: 'NOT_MINE' }] })
  })

  test('is refused to a fold that does not end in the digest of the ledger, and its neighbours are written all the same', async () => {
    const election = await electionWithBallots()
    const [one, other] = [await tallies.claim({ election: election.key, box: 0 }, ['age']), await tallies.claim({ election: election.key, box: 1 }, ['age'])]
    const wrong = { ...await flushOf(election, one, 4), chain: 'ab'.repeat(32) }
    const right = await flushOf(election, other, 4)
    expect(await tallies.flush([wrong, right])).toEqual({ refused: [{ election: election.key, box: 0, reason: 'OTHER_LEDGER' }] })
    expect(await tallies.claim(one, ['age'])).toMatchObject({ nextSeq: 0, chain: '' })
    expect(await tallies.load(one, Number.NEGATIVE_INFINITY)).toEqual([])
    expect(byKey(await tallies.load(other, Number.NEGATIVE_INFINITY))).toEqual(byKey(right.rows))
  })

  test('is refused beyond the end of the ledger', async () => {
    const election = await electionWithBallots()
    const claim = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    const beyond = { ...await flushOf(election, claim, 4), toSeq: 6 }
    expect(await tallies.flush([beyond])).toEqual({ refused: [{ election: election.key, box: 0, reason: 'OTHER_LEDGER' }] })
  })

  test('three boxes at once: one not mine, one of another ledger, one in order', async () => {
    const election = await electionWithBallots()
    const [zero, one] = [await tallies.claim({ election: election.key, box: 0 }, ['age']), await tallies.claim({ election: election.key, box: 1 }, ['age'])]
    const another = await electionWithBallots()
    const third = await tallies.claim({ election: another.key, box: 0 }, ['age'])
    await tallies.claim(zero, ['age'])
    const { refused } = await tallies.flush([await flushOf(election, zero, 4), { ...await flushOf(election, one, 4), chain: '00'.repeat(32) }, await flushOf(another, third, 4)])
    expect(refused.toSorted((left, right) => left.box - right.box)).toEqual([
      { election: election.key, box: 0, reason: 'NOT_MINE' }, { election: election.key, box: 1, reason: 'OTHER_LEDGER' },
    ])
    expect((await tallies.claim(third, ['age'])).nextSeq).toBe(4)
    expect(await tallies.flush([])).toEqual({ refused: [] })
  })

  test('can be written whole under a new generation; the one before is kept beside it, older ones go', async () => {
    const election = await electionWithBallots()
    let claim = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    await tallies.flush([await flushOf(election, claim, 4)])
    for (const generation of [2, 3]) {
      claim = await tallies.claim(claim, ['age'])
      const whole = { ...await flushOf(election, { ...claim, generation, nextSeq: 0 }, 2), views: ['crust'], rolled: NOTHING_ROLLED }
      expect(await tallies.replace(claim, whole), 'before it is written').toBe(false)
      expect(await tallies.writeBeside(claim, whole, true)).toBe(true)
      expect(await tallies.replace(claim, whole)).toBe(true)
      expect(await tallies.replace(claim, whole), 'a second time').toBe(false)
      const next = await tallies.claim(claim, ['age'])
      expect(next).toMatchObject({ generation, nextSeq: 2, views: ['crust'] })
      expect(byKey(await tallies.load(next, Number.NEGATIVE_INFINITY))).toEqual(byKey(whole.rows))
      claim = next
    }
    const { rows } = await store.owner.query<{ generation: number }>('SELECT DISTINCT generation FROM tally WHERE election = $1 AND box = 0 ORDER BY generation', [election.key])
    expect(rows.map(({ generation }) => generation)).toEqual([2, 3])
  })

  test('is counted anew beside what counts: the remains of an earlier attempt go first, and nobody sees it before it is done', async () => {
    const election = await electionWithBallots()
    const claim = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    const counted = await flushOf(election, claim, 4)
    await tallies.flush([counted])
    const owner = await tallies.claim(claim, ['age'])
    await store.owner.query(`INSERT INTO tally VALUES ($1, 0, 2, 'place', 'cellar/EARLY', '{77}')`, [election.key])
    const beside = { ...await flushOf(election, { ...owner, generation: 2, nextSeq: 0 }, 4), views: ['crust'], rolled: { minutesBefore: 60_000, hoursBefore: Number.NEGATIVE_INFINITY } }
    expect(await tallies.writeBeside(owner, beside, true)).toBe(true)
    expect(byKey(await tallies.load(owner, Number.NEGATIVE_INFINITY))).toEqual(byKey(counted.rows))
    expect(await tallies.replace(owner, beside)).toBe(true)
    const next = await tallies.claim(claim, ['age'])
    expect(next).toMatchObject({ generation: 2, nextSeq: 4, views: ['crust'], rolled: { minutesBefore: 60_000, hoursBefore: Number.NEGATIVE_INFINITY } })
    expect(byKey(await tallies.load(next, Number.NEGATIVE_INFINITY))).toEqual(byKey(beside.rows))
  })

  test('is not replaced by what a restored database holds of it: less than was written', async () => {
    const election = await electionWithBallots()
    const owner = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    const [half, rest] = [await flushOf(election, { ...owner, generation: 2, nextSeq: 0 }, 2), await flushOf(election, { ...owner, generation: 2, nextSeq: 2 }, 4)]
    const whole = { ...rest, views: ['age'], rolled: NOTHING_ROLLED }
    expect(await tallies.writeBeside(owner, half, true)).toBe(true)
    const { rows: [backup] } = await store.owner.query<object>('SELECT beside_generation, beside_seq, beside_chain FROM box_position WHERE election = $1 AND box = 0', [election.key])
    expect(await tallies.writeBeside(owner, rest, false)).toBe(true)
    await store.owner.query('UPDATE box_position SET beside_generation = $2, beside_seq = $3, beside_chain = $4 WHERE election = $1 AND box = 0', [election.key, ...Object.values(backup ?? {})])
    expect(await tallies.replace(owner, whole)).toBe(false)
    expect(await tallies.writeBeside(owner, { ...rest, fromSeq: 4 }, false), 'what follows on what is not there').toBe(false)
    expect(await tallies.writeBeside(owner, rest, false)).toBe(true)
    expect(await tallies.replace(owner, whole)).toBe(true)
  })

  test('brings back only the panes that are still open', async () => {
    const election = await electionWithBallots()
    const claim = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    const flush = await flushOf(election, claim, 4)
    const old = { view: 'pane', key: '/10000', counts: [1] } as const
    await tallies.flush([{ ...flush, rows: [...flush.rows, old] }])
    const rows = byKey(await tallies.load(await tallies.claim(claim, []), 20_001))
    expect(rows).toEqual(byKey(flush.rows))
    expect(byKey(await tallies.load(await tallies.claim(claim, []), 19_999)).get('pane:/10000')).toEqual([1])
  })

  test('is asked for once more by name, or by an edited definition', async () => {
    const election = await electionWithBallots()
    const claim = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    const outdated = async () => (await tallies.outdated()).filter((one) => one.election === election.key)
    expect(await outdated()).toEqual([{ election: election.key, box: 0, isWanted: false }])
    expect(await tallies.noteDefinition(claim, election.definitionId)).toBe(true)
    expect(await outdated()).toEqual([])
    await store.owner.query('UPDATE election SET definition_version = definition_version + 1 WHERE key = $1', [election.key])
    expect(await outdated()).toEqual([{ election: election.key, box: 0, isWanted: false }])
    const { definitionId } = await store.reload(election.key)
    expect(await tallies.noteDefinition({ ...claim, views: ['age', 'pet'] }, definitionId), 'the database holds another count, as after a restore').toBe(false)
    expect(await tallies.noteDefinition(claim, definitionId)).toBe(true)
    expect(await outdated()).toEqual([])
    expect(await tallies.wantRebuild(election.key)).toBe(1)
    expect(await outdated()).toEqual([{ election: election.key, box: 0, isWanted: true }])
  })

  test('is not replaced by a former owner', async () => {
    const election = await electionWithBallots()
    const former = await tallies.claim({ election: election.key, box: 0 }, ['age'])
    await tallies.claim(former, ['age'])
    expect(await tallies.replace(former, { ...await flushOf(election, { ...former, generation: 2 }, 4), rolled: NOTHING_ROLLED })).toBe(false)
    expect(await tallies.writeBeside(former, await flushOf(election, { ...former, generation: 2 }, 4), true)).toBe(false)
    expect(await tallies.claim(former, ['age'])).toMatchObject({ generation: 1, nextSeq: 0 })
  })
})

test('boxes whose tally does not stand at the head of their ledger are named, behind it or beyond', async () => {
  const election = await electionWithBallots()
  const lags = async () => (await tallies.lagging()).filter((lag) => lag.election === election.key)
  expect(await lags()).toEqual([{ election: election.key, box: 0, nextSeq: 0, head: 4 }, { election: election.key, box: 1, nextSeq: 0, head: 4 }])
  const claim = await tallies.claim({ election: election.key, box: 0 }, ['age'])
  await tallies.flush([await flushOf(election, claim, 4)])
  expect(await lags()).toEqual([{ election: election.key, box: 1, nextSeq: 0, head: 4 }])
  await store.owner.query('UPDATE box_position SET next_seq = 9 WHERE election = $1 AND box = 0', [election.key])
  expect(await lags()).toContainEqual({ election: election.key, box: 0, nextSeq: 9, head: 4 })
})
