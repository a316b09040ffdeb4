import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Election } from '../../election/index.js'
import { castRow, chainAfter, createStoreUnderTest, digest, keyHash, type StoreUnderTest } from '../store-under-test.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

const counted = async (what: 'participation' | 'ballot', { key }: Election): Promise<number> => {
  const { rows } = await store.owner.query<{ count: string }>(`SELECT count(*) FROM ${what === 'ballot' ? 'box_entry WHERE kind = 0 AND' : 'participation WHERE'} election = $1`, [key])
  return Number(rows[0]?.count)
}
const head = async ({ key }: Election, box = 0) => (await store.ledger.heads(key)).find((one) => one.box === box)

describe('casting ballots', () => {
  test('an accepted ballot is in the ledger exactly as it was cast, at a whole second of the database clock', async () => {
    const election = await store.openElection()
    const row = castRow(election, 'Anna "the \\ whisk" {1,2}', {
      ballot: { unit: 'mill', channel: 'PROVISIONAL', attributes: { age: 'old', crust: 'thick' }, selections: { baker: ['rye', 'brioche'], council: [] } },
    })
    const before = Date.now()
    const [answer] = await store.ledger.castBatch(election.key, 0, [row])
    expect(answer?.verdict).toBe('ACCEPTED')
    const castAt = answer?.verdict === 'ACCEPTED' ? answer.castAt : 0
    expect(castAt % 1_000).toBe(0)
    expect(Math.abs(castAt - before)).toBeLessThan(10_000)
    const commitment = row.commitment.toString('hex')
    expect(await store.ledger.read(election.key, 0, 0, 10)).toEqual([{ kind: 'BALLOT', seq: 0, castAt, commitment, chain: chainAfter([[{ commitment, castAt }]]), ...row.ballot }])
    expect(await store.ledger.findByTracker(row.tracker)).toEqual({ election: election.key, box: 0, seq: 0, castAt, commitment: row.commitment, unit: 'mill', channel: 'PROVISIONAL' })
    expect(await store.ledger.findByTracker(randomUUID())).toBeUndefined()
    expect(await store.ledger.hasVoted(election.key, row.voterRef)).toBe(true)
    expect(await store.ledger.hasVoted(election.key, digest('somebody else'))).toBe(false)
  })

  test('nothing in the ledger leads from a voter to a ballot: neither their order nor a common column', async () => {
    const election = await store.openElection()
    const rows = Array.from({ length: 60 }, (_, at) => castRow(election, `voter ${at}`))
    await store.ledger.castBatch(election.key, 0, rows)
    const { rows: stored } = await store.owner.query<{ tracker: string }>('SELECT tracker FROM box_entry WHERE election = $1 ORDER BY seq', [election.key])
    const trackers = stored.map(({ tracker }) => tracker)
    expect(trackers).toEqual(rows.map(({ tracker }) => tracker).sort())
    const { rows: columns } = await store.owner.query<{ column_name: string }>(`
      SELECT column_name FROM information_schema.columns WHERE table_name = 'participation' INTERSECT SELECT column_name FROM information_schema.columns WHERE table_name = 'box_entry'`)
    expect(columns).toEqual([{ column_name: 'election' }])
  })

  test('numbers follow each other without a hole, and each transaction ends in the digest of all before it', async () => {
    const election = await store.openElection()
    for (const voters of [['a', 'b', 'c'], ['d'], ['e', 'f']]) await store.ledger.castBatch(election.key, 0, voters.map((voter) => castRow(election, voter)))
    const entries = await store.ledger.read(election.key, 0, 0, 100)
    expect(entries.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5])
    expect(entries.map(({ chain }) => chain !== undefined)).toEqual([false, false, true, true, false, true])
    expect(entries.at(-1)?.chain).toBe(chainAfter([entries.slice(0, 3), entries.slice(3, 4), entries.slice(4)]))
    const { rows } = await store.owner.query<{ chain: string }>(`SELECT encode(chain, 'hex') AS chain FROM ballot_box WHERE election = $1 AND box = 0`, [election.key])
    expect(rows[0]?.chain).toBe(entries.at(-1)?.chain)
    expect(await store.ledger.read(election.key, 0, 2, 2)).toEqual(entries.slice(2, 4))
  })

  test('several boxes are read in one round trip, each from its own place', async () => {
    const election = await store.openElection()
    for (const box of [0, 1]) await store.ledger.castBatch(election.key, box, Array.from({ length: 4 }, (_, at) => castRow(election, `${box}/${at}`)))
    const found = await store.ledger.readSlices([{ election: election.key, box: 1, from: 3, limit: 9 }, { election: election.key, box: 0, from: 1, limit: 2 }])
    expect(found.map(({ box, entry }) => [box, entry.seq])).toEqual([[0, 1], [0, 2], [1, 3]])
    expect(await store.ledger.readSlices([])).toEqual([])
  })
})

describe('a voter who comes again', () => {
  test('is answered from the first ballot, with the same key or another, in every phase after it', async () => {
    const election = await store.openElection()
    const first = castRow(election, 'Bert')
    await store.ledger.castBatch(election.key, 0, [first])
    const repeat = { verdict: 'EXISTS', keyHash: first.keyHash, sealedReceipt: first.sealedReceipt }
    const again = () => store.ledger.castBatch(election.key, 0, [castRow(election, 'Bert'), castRow(election, 'Bert', { key: 'second thoughts' })])
    expect(await again()).toEqual([repeat, repeat])
    for (const change of ['pause', 'resume', 'close', 'certify'] as const) {
      expect(await store.elections.changePhase(election.key, change)).toMatchObject({ ok: true })
      expect(await again(), `after ${change}`).toEqual([repeat, repeat])
    }
    expect(await counted('ballot', election)).toBe(1)
  })

  test('is known in every box of the election, and unknown in another election', async () => {
    const [election, other] = [await store.openElection(), await store.openElection()]
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'Cleo')])
    expect(await store.ledger.castBatch(election.key, 1, [castRow(election, 'Cleo')])).toMatchObject([{ verdict: 'EXISTS' }])
    expect(await store.ledger.castBatch(other.key, 0, [castRow(other, 'Cleo')])).toMatchObject([{ verdict: 'ACCEPTED' }])
  })

  test('and is twice in one batch: the first counts, the second hears of it, and everybody else is answered', async () => {
    const election = await store.openElection()
    const rows = [castRow(election, 'Dora', { key: 'first' }), castRow(election, 'Emil'), castRow(election, 'Dora', { key: 'second' }), castRow(election, 'Dora', { key: 'third' })]
    const heard = { verdict: 'EXISTS', keyHash: keyHash('first'), sealedReceipt: Buffer.from('receipt for first') }
    expect(await store.ledger.castBatch(election.key, 0, rows)).toEqual([expect.objectContaining({ verdict: 'ACCEPTED' }), expect.objectContaining({ verdict: 'ACCEPTED' }), heard, heard])
    expect([await counted('participation', election), await counted('ballot', election), (await head(election))?.nextSeq]).toEqual([2, 2, 2])
  })
})

describe('a ballot that comes at the wrong time', () => {
  test.each([
    ['not published yet', [], 'DRAFT'],
    ['not open yet', ['publish'], 'SCHEDULED'],
    ['paused', ['publish', 'open', 'pause'], 'PAUSED'],
    ['closed', ['publish', 'open', 'close'], 'CLOSED'],
    ['certified', ['publish', 'open', 'close', 'certify'], 'CERTIFIED'],
  ] as const)('is refused while the election is %s', async (_when, changes, phase) => {
    const key = await store.createElection()
    if (changes.length === 0) await store.owner.query('INSERT INTO ballot_box (election, box) VALUES ($1, 0)', [key])
    for (const change of changes) await store.elections.changePhase(key, change)
    const election = await store.reload(key)
    expect(await store.ledger.castBatch(key, 0, [castRow(election, 'Fritz')])).toEqual([{ verdict: 'NOT_OPEN', phase }])
    expect([await counted('participation', election), await counted('ballot', election)]).toEqual([0, 0])
  })

  test('is refused after the closing time although nobody has closed the election yet', async () => {
    const election = await store.openElection()
    await store.owner.query(`UPDATE election SET closes_at = clock_timestamp() WHERE key = $1`, [election.key])
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Gerd')])).toEqual([{ verdict: 'NOT_OPEN', phase: 'CLOSED' }])
    expect(await counted('participation', election)).toBe(0)
  })

  test('is refused if the election was paused and resumed while it was under way', async () => {
    const election = await store.openElection()
    for (const change of ['pause', 'resume'] as const) await store.elections.changePhase(election.key, change)
    const now = await store.reload(election.key)
    const answers = await store.ledger.castBatch(election.key, 0, [castRow(election, 'Hanna'), castRow(now, 'Ida')])
    expect(answers).toEqual([{ verdict: 'NOT_OPEN', phase: 'OPEN' }, expect.objectContaining({ verdict: 'ACCEPTED' })])
    expect(await store.ledger.castBatch(election.key, 0, [castRow(now, 'Hanna')])).toMatchObject([{ verdict: 'ACCEPTED' }])
  })

  test('and time goes back on the server: no ballot is earlier than the one before it in its box', async () => {
    const election = await store.openElection()
    const later = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 600_000)
    await store.owner.query('UPDATE ballot_box SET last_cast_at = $2 WHERE election = $1 AND box = 0', [election.key, later])
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Jan')])).toEqual([{ verdict: 'ACCEPTED', castAt: later.getTime() }])
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Kai')])).toEqual([{ verdict: 'ACCEPTED', castAt: later.getTime() }])
  })

  test('is sent to a box that does not exist: an error, and nothing is stored', async () => {
    const election = await store.openElection()
    await expect(store.ledger.castBatch(election.key, 9, [castRow(election, 'Lea')])).rejects.toThrow(`Election ${election.key} has no ballot box 9.`)
    expect(await counted('participation', election)).toBe(0)
  })
})

describe('ballots with the time of their source', () => {
  const definition = { time: { source: 'IMPORTED', granularityMs: 1_000, disorderMs: 0, graceMs: 0 } } as const
  const [SECOND, HOUR] = [1_000, 3_600_000]
  const opened = async (): Promise<{ election: Election, opensAt: number }> => {
    const election = await store.openElection(definition)
    return { election, opensAt: election.opensAt.getTime() }
  }
  const aroundNow = async <Found>(work: () => Promise<Found>): Promise<{ found: Found, from: number, until: number }> => {
    const clock = async (): Promise<number> => (await store.owner.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now.getTime() ?? 0
    const from = await clock()
    return { found: await work(), from, until: await clock() }
  }

  test('keep that time from the opening on; what lies before it or far in the future is refused without harm to its neighbours', async () => {
    const { election, opensAt } = await opened()
    const answers = await store.ledger.castBatch(election.key, 0, [
      castRow(election, 'Mia', { castAt: opensAt }), castRow(election, 'Nils', { castAt: Date.now() + HOUR }), castRow(election, 'Olga', { castAt: opensAt + 5 }),
      castRow(election, 'Paul', { castAt: opensAt - 1 }), castRow(election, 'Quinn', { castAt: 0 }), castRow(election, 'Rita'),
    ])
    expect(answers).toEqual([
      { verdict: 'ACCEPTED', castAt: opensAt }, { verdict: 'IN_FUTURE', now: expect.any(Number) as number }, { verdict: 'ACCEPTED', castAt: opensAt + 5 },
      { verdict: 'BEFORE_OPENING', earliest: opensAt }, { verdict: 'BEFORE_OPENING', earliest: opensAt }, { verdict: 'ACCEPTED', castAt: expect.any(Number) as number },
    ])
    expect((await store.ledger.read(election.key, 0, 0, 9)).map(({ castAt }) => castAt).sort().slice(0, 2)).toEqual([opensAt, opensAt + 5])
    for (const refused of ['Nils', 'Paul', 'Quinn']) expect(await store.ledger.hasVoted(election.key, digest(refused))).toBe(false)
    expect(await counted('ballot', election)).toBe(3)
  })

  test('count as now where the clock of their source is up to two minutes fast, and not beyond', async () => {
    const { election } = await opened()
    const { found, from, until } = await aroundNow(() => store.ledger.castBatch(election.key, 0, [castRow(election, 'Sam', { castAt: Date.now() + 110 * SECOND }), castRow(election, 'Tilda', { castAt: Date.now() + 115 * SECOND })]))
    for (const answer of found) {
      expect(answer.verdict === 'ACCEPTED' && answer.castAt >= from && answer.castAt <= until, 'the answer says what is in the ledger').toBe(true)
    }
    const entries = await store.ledger.read(election.key, 0, 0, 9)
    expect(new Set(entries.map(({ castAt }) => castAt)).size).toBe(1)
    expect(found.map((answer) => answer.verdict === 'ACCEPTED' && answer.castAt)).toEqual(entries.map(({ castAt }) => castAt))
    expect(entries.at(-1)?.chain, 'the digest covers the time that counts').toBe(chainAfter([entries]))
    const { rows: [box] } = await store.owner.query<{ newest: Date }>('SELECT newest_at AS newest FROM ballot_box WHERE election = $1 AND box = 0', [election.key])
    expect(box?.newest.getTime()).toBe(entries[0]?.castAt)
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Uwe', { castAt: Date.now() + 125 * SECOND })])).toMatchObject([{ verdict: 'IN_FUTURE' }])
  })

  test('may be cast early from the time on that the election names, and from its opening on where that came first', async () => {
    const castFrom = new Date(Date.now() - 48 * HOUR).toISOString()
    const election = await store.openElection({ ...definition, castFrom })
    const early = Date.parse(castFrom)
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Vera', { castAt: early }), castRow(election, 'Wim', { castAt: early - 1 })])).toEqual([{ verdict: 'ACCEPTED', castAt: early }, { verdict: 'BEFORE_OPENING', earliest: early }])
    const soon = await store.openElection({ ...definition, opensAt: new Date(Date.now() + HOUR / 2).toISOString(), castFrom: new Date(Date.now() + HOUR / 4).toISOString() })
    expect(soon.opensAt.getTime(), 'it was opened by hand').toBeLessThanOrEqual(Date.now())
    expect(await store.ledger.castBatch(soon.key, 0, [castRow(soon, 'Xenia', { castAt: soon.opensAt.getTime() }), castRow(soon, 'Yuri', { castAt: soon.opensAt.getTime() - 1 })])).toMatchObject([{ verdict: 'ACCEPTED' }, { verdict: 'BEFORE_OPENING' }])
  })

  test('are told as they count where a void session of another voter came along', async () => {
    const { election, opensAt } = await opened()
    const void_ = castRow(election, 'Old code', { codeIssue: 0 })
    await store.owner.query(`INSERT INTO voting_code_issue (election, voter_ref, issue, issued_by) VALUES ($1, $2, 1, 'clerk')`, [election.key, void_.voterRef.subarray(0, 16)])
    const fast = Date.now() + 60 * SECOND
    const answers = await store.ledger.castBatch(election.key, 0, [void_, castRow(election, 'Ann', { castAt: fast }), castRow(election, 'Ben', { castAt: opensAt - 1 }), castRow(election, 'Cas', { castAt: opensAt })])
    const [, clamped] = answers
    expect(answers).toMatchObject([{ verdict: 'VOID_SESSION' }, { verdict: 'ACCEPTED' }, { verdict: 'BEFORE_OPENING', earliest: opensAt }, { verdict: 'ACCEPTED', castAt: opensAt }])
    expect(clamped?.verdict === 'ACCEPTED' && clamped.castAt).toBe((await store.ledger.read(election.key, 0, 0, 9)).map(({ castAt }) => castAt).sort().at(-1))
    expect(clamped?.verdict === 'ACCEPTED' && clamped.castAt).toBeLessThan(fast)
  })

  test('that cannot be tell nothing of a voter who has voted: the first ballot is what is told', async () => {
    const { election, opensAt } = await opened()
    const first = castRow(election, 'Zoe', { castAt: opensAt })
    await store.ledger.castBatch(election.key, 0, [first])
    const repeat = { verdict: 'EXISTS', keyHash: first.keyHash, sealedReceipt: first.sealedReceipt }
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Zoe', { castAt: opensAt - 1 }), castRow(election, 'Zoe', { castAt: Date.now() + HOUR })])).toEqual([repeat, repeat])
  })

  test('are answered one by one with their own time when every one of them is accepted', async () => {
    const { election, opensAt } = await opened()
    const times = [opensAt + 60_000, opensAt + 123]
    expect(await store.ledger.castBatch(election.key, 0, times.map((castAt) => castRow(election, `${castAt}`, { castAt })))).toEqual(times.map((castAt) => ({ verdict: 'ACCEPTED', castAt })))
  })
})

describe('a row that the database refuses', () => {
  test.each([
    ['a voter reference of the wrong length', { voterRef: Buffer.from('short') }],
    ['a receipt that is too long', { sealedReceipt: Buffer.alloc(257) }],
    ['a commitment of the wrong length', { commitment: Buffer.from('short') }],
  ])('takes its whole batch with it, for the API to split: %s', async (_what, wrong) => {
    const election = await store.openElection()
    await expect(store.ledger.castBatch(election.key, 0, [castRow(election, 'Paul'), castRow(election, 'Quirin', wrong)])).rejects.toMatchObject({ code: '23514' })
    expect([await counted('participation', election), await counted('ballot', election), (await head(election))?.nextSeq]).toEqual([0, 0, 0])
    expect(await store.ledger.castBatch(election.key, 0, [castRow(election, 'Paul')])).toMatchObject([{ verdict: 'ACCEPTED' }])
  })

  test('no two ballots of an installation have the same tracker', async () => {
    const election = await store.openElection()
    const tracker = randomUUID()
    await store.ledger.castBatch(election.key, 0, [castRow(election, 'Rosa', { tracker })])
    await expect(store.ledger.castBatch(election.key, 1, [castRow(election, 'Sven', { tracker })])).rejects.toMatchObject({ code: '23505' })
    expect(await store.ledger.hasVoted(election.key, digest('Sven'))).toBe(false)
  })
})

test('the heads that somebody must still read are those of open boxes, and of sealed ones that were not relayed to the end', async () => {
  const [open, closed] = [await store.openElection(), await store.openElection()]
  await store.ledger.castBatch(closed.key, 1, [castRow(closed, 'Tom')])
  await store.elections.changePhase(closed.key, 'close')
  const mine = (await store.ledger.openHeads()).filter(({ election }) => election === open.key || election === closed.key)
  expect(mine).toEqual([
    ...[0, 1, 2].map((box) => ({ election: open.key, box, nextSeq: 0, sealedSeq: null })),
    { election: closed.key, box: 0, nextSeq: 1, sealedSeq: 1 },
    { election: closed.key, box: 1, nextSeq: 2, sealedSeq: 2 },
    { election: closed.key, box: 2, nextSeq: 0, sealedSeq: null },
  ])
})
