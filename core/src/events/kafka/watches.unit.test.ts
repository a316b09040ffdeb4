import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { watchClock } from './watches.js'

const HOUR_MS = 3_600_000

describe('the watch over the clock', () => {
  const life = new AbortController()
  const clock = { wallMs: 1_700_000_000_000, steadyMs: 0 }
  const clocks = { wall: () => clock.wallMs, steady: () => clock.steadyMs }
  let noticed: Error | undefined

  const pass = async (ms: number): Promise<void> => {
    clock.wallMs += ms
    clock.steadyMs += ms
    await vi.advanceTimersByTimeAsync(ms)
  }
  beforeEach(() => {
    noticed = undefined
    vi.useFakeTimers()
    void watchClock(life.signal, clocks).then((error) => { noticed = error })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('is silent while time passes, and when the clock is put forward', async () => {
    await pass(HOUR_MS)
    clock.wallMs += HOUR_MS
    await pass(1_000)
    expect(noticed).toBeUndefined()
  })

  test('is silent when the clock is nudged back by less than a reader has to spare', async () => {
    clock.wallMs -= 300
    await pass(1_000)
    expect(noticed).toBeUndefined()
  })

  test('says when the clock was set back, by how much', async () => {
    clock.wallMs -= HOUR_MS
    await pass(250)
    expect(noticed?.message).toBe('the clock of this machine was set back by 3600.0 s')
  })
})
