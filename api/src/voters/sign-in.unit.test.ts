import type { RegisteredVoter } from '@livetally/core/store'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { votingCodeOf } from '../auth/voting-code.js'
import { knownBreakfast } from '../testing/breakfast-election.js'
import { createSignInAttempts } from './sign-in-attempts.js'
import { createSignIn, type Origin } from './sign-in.js'

const RIGHT = '7KQ2-M4XD-9TRB'
const known = knownBreakfast()
const voter: RegisteredVoter = { voterRef: Buffer.alloc(32), unit: 'n1', channel: 'ONLINE', attributes: {}, hasVoted: false, codeIssue: 0 }

/** A code that is on no roll: another one for each number. */
const wrong = (number: number): string => votingCodeOf(Buffer.alloc(32, `wrong ${number}/`))

function booth({ rightCodes = [RIGHT], lookUpMs = 0 }: { rightCodes?: readonly string[], lookUpMs?: number } = {}) {
  const hashes = new Set(rightCodes.map((code) => known.keys.codeHash(code.replaceAll('-', '')).toString('hex')))
  const state = { lookUps: 0, isAway: false }
  const findByCode = async (_: number, hash: Buffer) => {
    state.lookUps += 1
    await (lookUpMs === 0 ? Promise.resolve() : new Promise((resolve) => { setTimeout(resolve, lookUpMs) }))
    if (state.isAway) throw new Error('Postgres is away')
    return hashes.has(hash.toString('hex')) ? voter : undefined
  }
  const signIn = createSignIn({ voters: { findByCode }, tokens: { issueVoter: async () => 'token' }, attempts: createSignInAttempts({ perMinute: 10 }) })
  const startedAt = Date.now()
  /** What became of a code, and after how many ms. */
  const tried = async (code: string, origin: Partial<Origin> = {}): Promise<{ told: string, ms: number }> => {
    const told = await signIn.withVotingCode(known, code, { address: '10.0.0.1', ...origin }).then(() => 'IN', (error: { code?: string, message: string }) => error.code ?? error.message)
    return { told, ms: Date.now() - startedAt }
  }
  return { state, tried }
}

const later = (ms: number): Promise<void> => vi.advanceTimersByTimeAsync(ms).then(() => undefined)
const count = (answers: readonly { told: string }[], told: string): number => answers.filter((answer) => answer.told === told).length
const connections = (number: number): object[] => Array.from({ length: number }, () => ({}))

describe('signing in', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }) })
  afterEach(() => { vi.useRealTimers() })

  test.each([['one connection', 1], ['300 connections', 300]])('of 300 wrong codes sent at once over %s, 10 are looked up at once, 34 in all, and nobody waits for more than 5 s', async (_, many) => {
    const { tried, state } = booth()
    const from = connections(many)
    const answers = Promise.all(Array.from({ length: 300 }, (_, at) => tried(wrong(at), { connection: from[at % many] })))
    await later(1)
    expect(state.lookUps).toBe(10)
    await later(60_000)
    expect([count(await answers, 'UNAUTHENTICATED'), count(await answers, 'RATE_LIMITED'), state.lookUps]).toEqual([34, 266, 34])
    expect(Math.max(...(await answers).map(({ ms }) => ms))).toBeLessThanOrEqual(5_000)
  })

  test.each([10, 100, 900])('a right code gets in within a second beside %i wrong ones from its address, however many connections they have', async (many) => {
    for (const from of [connections(1), connections(many)]) {
      const { tried } = booth()
      for (let at = 0; at < many; at += 1) void tried(wrong(at), { connection: from[at % from.length] })
      const right = tried(RIGHT, { connection: {} })
      await later(1_000)
      expect(await right).toMatchObject({ told: 'IN' })
      await later(60_000)
    }
  })

  test('a right code gets in within two seconds beside a connection that sends fifty wrong ones a second without end', async () => {
    const { tried } = booth()
    const flood = {}
    let at = 0
    const wait = async (ms: number): Promise<void> => {
      for (let past = 0; past < ms; past += 20) {
        void tried(wrong(at += 1), { connection: flood })
        await later(20)
      }
    }
    await wait(20_000)
    const before = Date.now()
    const right = tried(RIGHT, { connection: {} }).then(({ told }) => ({ told, ms: Date.now() - before }))
    await wait(2_000)
    expect((await right).told).toBe('IN')
    expect((await right).ms).toBeLessThan(2_000)
  })

  test('right codes from one address never slow each other down: 640 at once are all let in', async () => {
    const codes = Array.from({ length: 640 }, (_, at) => votingCodeOf(Buffer.alloc(32, `right ${at}/`)))
    const { tried } = booth({ rightCodes: codes, lookUpMs: 5 })
    const answers = Promise.all(codes.map((code) => tried(code)))
    await later(1_000)
    expect(count(await answers, 'IN')).toBe(640)
  })

  test('one code that is tried from 300 addresses is looked up ten times, and not again until a minute has passed', async () => {
    const { tried, state } = booth()
    const answers = await Promise.all(Array.from({ length: 300 }, (_, at) => tried(wrong(0), { address: `10.0.${at >> 8}.${at & 255}` })))
    expect([count(answers, 'UNAUTHENTICATED'), count(answers, 'RATE_LIMITED'), state.lookUps]).toEqual([10, 290, 10])
    for (let at = 0; at < 5; at += 1) await tried(wrong(0), { address: '192.0.2.1' })
    expect(state.lookUps).toBe(10)
    await later(60_000)
    expect((await tried(wrong(0), { address: '192.0.2.1' })).told).toBe('UNAUTHENTICATED')
  })

  test('no more than a thousand wait at one address, and another address waits for none of them', async () => {
    const { tried } = booth()
    const answers = Array.from({ length: 1_500 }, (_, at) => tried(wrong(at), { connection: {} }))
    await later(10)
    const early = (await Promise.all(answers.map((answer) => Promise.race([answer, Promise.resolve({ told: 'WAITS' })])))).map(({ told }) => ({ told }))
    expect([count(early, 'UNAUTHENTICATED'), count(early, 'WAITS'), count(early, 'RATE_LIMITED')]).toEqual([10, 1_000, 490])
    expect((await tried(wrong(2_000), { address: '192.0.2.1' })).told).toBe('UNAUTHENTICATED')
    await later(60_000)
  })

  test('what fails for a reason of ours is no wrong code: who tries again after Postgres was away is let in at once', async () => {
    const { tried, state } = booth()
    state.isAway = true
    for (let at = 0; at < 50; at += 1) expect((await tried(RIGHT)).told).toBe('Postgres is away')
    state.isAway = false
    const before = Date.now()
    expect((await tried(RIGHT)).told).toBe('IN')
    expect(Date.now() - before).toBe(0)
  })

  test('what cannot be a code is told so at once and counts as no guess', async () => {
    const { tried, state } = booth()
    for (let at = 0; at < 100; at += 1) expect(await tried('7KQ2-M4XD')).toEqual({ told: 'UNAUTHENTICATED', ms: 0 })
    expect(await tried(RIGHT)).toEqual({ told: 'IN', ms: 0 })
    expect(state.lookUps).toBe(1)
  })
})
