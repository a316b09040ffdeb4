import type { VoterStore } from '@livetally/core/store'
import type { KnownElection } from '@livetally/core/voting'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSlowDown } from '../auth/slow-down.js'
import { tokensUnderTest } from '../testing/token-book-under-test.js'
import { createSignIn } from './sign-in.js'

const RIGHT = '7KQ2-M4XD-9TRB'
const WRONG = 'AAAA-AAAA-AAAA'
// oxlint-disable-next-line typescript/consistent-type-assertions -- only what signing in reads
const known = { election: { key: 1 }, keys: { codeHash: (code: string) => Buffer.from(code) }, hasItsKey: true } as unknown as KnownElection

function booth() {
  let checked = 0
  const findByCode = async (_: number, hash: Buffer) => {
    checked += 1
    await Promise.resolve()
    return hash.toString() === RIGHT.replaceAll('-', '') ? { voterRef: Buffer.alloc(32), unit: 'n1', channel: 'ONLINE', attributes: {}, hasVoted: false, codeIssue: 0 } : undefined
  }
  // oxlint-disable-next-line typescript/consistent-type-assertions -- only what signing in reads
  const voters = { findByCode } as unknown as VoterStore
  return { signIn: createSignIn({ voters, tokens: tokensUnderTest(), attempts: createSlowDown({ perMinute: 10 }) }), checked: () => checked }
}

describe('signing in', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }) })
  afterEach(() => { vi.useRealTimers() })

  test('of 300 wrong codes sent at once, 20 are looked up and 280 refused at once', async () => {
    const { signIn, checked } = booth()
    const answers = Promise.allSettled(Array.from({ length: 300 }, () => signIn.withVotingCode(known, WRONG, '10.0.0.1')))
    await vi.advanceTimersByTimeAsync(60_000)
    const codes = (await answers).map((answer) => answer.status === 'rejected' ? (answer.reason as { code: string }).code : 'IN')
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(280)
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(20)
    expect(checked()).toBe(20)
  })

  test('a right code works beside wrong ones from its address, a second later', async () => {
    const { signIn } = booth()
    for (let wrong = 0; wrong < 10; wrong += 1) await expect(signIn.withVotingCode(known, WRONG, '10.0.0.1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    const session = signIn.withVotingCode(known, RIGHT, '10.0.0.1')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await session).toMatchObject({ hasVoted: false })
  })

  test('right codes from one address are never slowed down by each other', async () => {
    const { signIn } = booth()
    for (let voter = 0; voter < 100; voter += 1) await signIn.withVotingCode(known, RIGHT, '10.0.0.1')
  })
})
