import { describe, expect, it } from 'vitest'
import { judgeAnswer } from './api-client.js'
import { ApiFailure } from './api-failure.js'
import { withRetry, type Attempt } from './retry.js'

const SETTINGS = { giveUpAfterMs: 10_000, firstPauseMs: 100, longestPauseMs: 1_000 }

function createClock(chance = 1): { now: () => number, pause: (ms: number) => Promise<void>, chance: () => number, pauses: number[] } {
  const pauses: number[] = []
  return {
    pauses,
    now: () => pauses.reduce((sum, ms) => sum + ms, 0),
    pause: async (ms) => { pauses.push(ms) },
    chance: () => chance,
  }
}

const away = (): Attempt<string> => ({ ok: false, mayRetry: true, error: new ApiFailure('UNREACHABLE', 'connection refused') })

describe('a request that gets no answer', () => {
  it('is sent again after pauses that double up to a longest one', async () => {
    const clock = createClock()
    const answer = await withRetry(async (count) => count < 8 ? away() : { ok: true, value: 'accepted' }, SETTINGS, clock)
    expect(answer).toBe('accepted')
    expect(clock.pauses).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000])
  })

  it('is given up when time is up, with the last reason', async () => {
    const clock = createClock()
    await expect(withRetry(async () => away(), SETTINGS, clock)).rejects.toThrow('connection refused')
    expect(clock.now()).toBeLessThanOrEqual(SETTINGS.giveUpAfterMs)
    expect(clock.now()).toBeGreaterThan(SETTINGS.giveUpAfterMs - 1_100)
  })

  it('is not sent again where the answer was a refusal', async () => {
    let attempts = 0
    const attempt = async (): Promise<Attempt<string>> => {
      attempts += 1
      return { ok: false, mayRetry: false, error: new ApiFailure('FORBIDDEN', 'only a manager may do this') }
    }
    await expect(withRetry(attempt, SETTINGS, createClock())).rejects.toThrow('only a manager may do this')
    expect(attempts).toBe(1)
  })

  it('waits at least as long as the server asks for', async () => {
    const clock = createClock(0)
    await withRetry(async (count) => count === 1 ? { ...away(), retryAfterMs: 3_000 } as Attempt<string> : { ok: true, value: '' }, SETTINGS, clock)
    expect(clock.pauses).toEqual([3_000])
  })

  it('keeps many clients from coming back in step', async () => {
    const clock = createClock(0)
    await withRetry(async (count) => count === 1 ? away() : { ok: true, value: '' }, SETTINGS, clock)
    expect(clock.pauses).toEqual([50])
  })
})

const errors = (code: string) => JSON.stringify({ errors: [{ message: 'no', extensions: { code } }], data: null })

describe('an HTTP answer', () => {
  it.each([
    ['data', 200, JSON.stringify({ data: { viewer: 1 } }), { ok: true }],
    ['a bad gateway', 502, '<html>', { ok: false, mayRetry: true }],
    ['UNAVAILABLE with status 200', 200, errors('UNAVAILABLE'), { ok: false, mayRetry: true }],
    ['UNAVAILABLE with status 503', 503, errors('UNAVAILABLE'), { ok: false, mayRetry: true }],
    ['RATE_LIMITED', 429, errors('RATE_LIMITED'), { ok: false, mayRetry: true }],
    ['UNAUTHENTICATED', 401, errors('UNAUTHENTICATED'), { ok: false, mayRetry: false }],
    ['BAD_USER_INPUT', 400, errors('BAD_USER_INPUT'), { ok: false, mayRetry: false }],
    ['a page that is no API', 200, 'hello', { ok: false, mayRetry: false }],
  ])('of %s is judged rightly', (_, status, text, expected) => {
    expect(judgeAnswer(status, text)).toMatchObject(expected)
  })
})
