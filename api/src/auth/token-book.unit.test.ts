import type { StoredTokenKey, TokenRecord, TokenStore } from '@livetally/core/store'
import { describe, expect, test } from 'vitest'
import { MOST_WAITING, openTokenBook } from './token-book.js'
import { makeTokenKey, sealTokenKey } from './token-key.js'

const masterKey = Buffer.alloc(32, 5)

/** A database that can be cut off, and a clock. */
function world() {
  const keys: StoredTokenKey[] = []
  const revoked: string[] = []
  const records: TokenRecord[] = []
  const state = { now: 0, isAway: false, isStuck: false, isFull: false, reads: 0 }
  const answer = async <Value>(value: Value): Promise<Value> => {
    if (state.isStuck) await new Promise(() => undefined)
    if (state.isAway) throw new Error('Postgres is away')
    return value
  }
  const store: TokenStore = {
    keys: async () => { state.reads += 1; return answer(keys.toReversed()) },
    revoked: () => answer([...revoked]),
    tokens: () => answer([]),
    claimKey: async ({ id, sealed }) => { if (keys.length === 0) keys.push({ id, sealed, madeAt: new Date(), retiresAt: null }) },
    rotateKey: async () => true,
    retireKey: async () => 'UNKNOWN',
    record: async (token) => { records.push(token); return !state.isFull },
    revoke: async (ids) => [...ids],
  }
  const rotate = (retiresAt = new Date(Date.now() + 60_000)): void => {
    const key = makeTokenKey()
    keys.splice(0, keys.length, ...keys.map((one) => ({ ...one, retiresAt: one.retiresAt ?? retiresAt })), { id: key.id, sealed: sealTokenKey(masterKey, key), madeAt: new Date(), retiresAt: null })
  }
  return { keys, revoked, state, rotate, open: (key = masterKey) => openTokenBook({ store, masterKey: key, now: () => state.now }) }
}

describe('what is known of tokens', () => {
  test('begins with a key of its own, which the next process finds; another master key cannot open it', async () => {
    const { open } = world()
    const first = await open()
    expect((await open()).signing).toEqual(first.signing)
    await expect(open(Buffer.alloc(32, 6))).rejects.toThrow('cannot be opened with this master key')
  })

  test('a revocation and a new key are known after the next look, and nothing is forgotten while the database is away', async () => {
    const { revoked, rotate, state, open } = world()
    const book = await open()
    const before = book.signing
    revoked.push('a')
    rotate()
    expect([book.isRevoked('a'), book.signing]).toEqual([false, before])
    await book.look()
    expect(book.isRevoked('a')).toBe(true)
    expect(book.signing).not.toEqual(before)
    expect(book.key(before.id)).toEqual(before)
    state.isAway = true
    await expect(book.look()).rejects.toThrow('Postgres is away')
    expect(book.isRevoked('a')).toBe(true)
  })

  test('a key verifies until it retires, by the clock, without a look', async () => {
    const { rotate, open } = world()
    const book = await open()
    const before = book.signing
    rotate(new Date(Date.now() + 100))
    await book.look()
    expect(book.key(before.id)).toEqual(before)
    await expect.poll(() => book.key(before.id), { timeout: 2_000 }).toBeUndefined()
  })

  test('is relied on for 8 s, so that 10 s after a revocation nobody relies on what was before', async () => {
    const { state, open } = world()
    const book = await open()
    state.isAway = true
    state.now = 8_000
    expect(book.isFresh()).toBe(true)
    state.now = 8_001
    expect(book.isFresh()).toBe(false)
    await book.freshen()
    expect(book.isFresh()).toBe(false)
    state.isAway = false
    state.now = 9_500
    await book.freshen()
    expect([book.isFresh(), book.ageMs()]).toEqual([true, 0])
  })

  test('a database that does not answer holds nobody up for more than 2 s, and is asked once for all', async () => {
    const { state, open } = world()
    const book = await open()
    const reads = state.reads
    state.isStuck = true
    state.now = 20_000
    const since = performance.now()
    await Promise.all(Array.from({ length: 100 }, () => book.freshen()))
    expect(performance.now() - since).toBeLessThan(4_000)
    expect(state.reads - reads).toBe(1)
    expect(book.isFresh()).toBe(false)
  })

  test('a key that was made a moment ago is looked for, but not once for every key that somebody makes up', async () => {
    const { rotate, state, keys, open } = world()
    const book = await open()
    rotate()
    state.now = 1_000
    expect((await book.seek(keys.at(-1)?.id ?? ''))?.id).toBe(keys.at(-1)?.id)
    const reads = state.reads
    for (let round = 0; round < 500; round += 1) expect(await book.seek(`made-up-${round}`)).toBeUndefined()
    expect(state.reads).toBe(reads)
    state.now = 2_000
    await book.seek('made-up')
    expect(state.reads).toBe(reads + 1)
  })

  test('a key that was made after the last look is waited for until there may be another one, or with the look that is under way until the one after it', async () => {
    const { rotate, state, keys, open } = world()
    const newest = (): string => keys.at(-1)?.id ?? ''
    const book = await open()
    state.now = 990
    rotate()
    const reads = state.reads
    const found = await Promise.all(Array.from({ length: 50 }, () => book.seek(newest(), Date.now())))
    expect(new Set(found.map((key) => key?.id))).toEqual(new Set([newest()]))
    expect(state.reads - reads, 'one look for all').toBe(1)
    state.now = 3_000
    const underWay = book.look()
    rotate()
    state.now = 3_995
    expect((await book.seek(newest(), Date.now()))?.id).toBe(newest())
    await underWay
  })

  test('no more than a thousand wait for it, and none of them for more than 2 s', async () => {
    const { state, rotate, keys, open } = world()
    const book = await open()
    rotate()
    const newest = keys.at(-1)?.id ?? ''
    state.now = 900
    const waiting = Array.from({ length: MOST_WAITING }, () => book.seek(newest, Date.now()))
    expect(await Promise.race([book.seek(newest, Date.now()).then((key) => key?.id), ...waiting]), 'one too many').toBeUndefined()
    expect(new Set((await Promise.all(waiting)).map((key) => key?.id))).toEqual(new Set([newest]))
    Object.assign(state, { isStuck: true, now: 5_000 })
    const since = performance.now()
    expect(await book.seek('made-up', Date.now()), 'there is room again').toBeUndefined()
    expect(performance.now() - since).toBeGreaterThan(1_500)
    expect(performance.now() - since).toBeLessThan(4_000)
  })

  test('more tokens than are kept are refused in a sentence', async () => {
    const { state, open } = world()
    const book = await open()
    state.isFull = true
    await expect(book.record({ id: 'x', keyId: 'k', role: 'CLERK', subject: 's', election: null, expiresAt: new Date() })).rejects.toThrow('There are 10,000 tokens that have not expired')
  })
})
