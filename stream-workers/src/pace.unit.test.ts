import { expect, test } from 'vitest'
import { createHeldClock, settle } from './clock-under-test.js'
import { startLoop, systemClock } from './pace.js'

const noTrouble = (error: unknown): never => { throw error }

test('a loop runs at once, and again after each pause that its step asked for', async () => {
  const clock = createHeldClock()
  const ran: number[] = []
  await using _loop = startLoop(clock, async () => {
    ran.push(clock.now())
    return ran.length === 1 ? 10 : 50
  }, noTrouble)
  await clock.advance(120)
  expect(ran).toEqual([0, 10, 60, 110])
})

test('a woken loop does not wait for the end of its pause, and being woken ten times is being woken once', async () => {
  const clock = createHeldClock()
  let ran = 0
  await using loop = startLoop(clock, async () => { ran += 1; return 1_000 }, noTrouble)
  await clock.advance(5)
  for (let at = 0; at < 10; at += 1) loop.wake()
  await clock.advance(5)
  expect(ran).toBe(2)
  await clock.advance(994)
  expect(ran).toBe(2)
  await clock.advance(6)
  expect(ran).toBe(3)
})

test('a loop that is woken in the middle of its step runs once more', async () => {
  const clock = createHeldClock()
  let finish = (): void => undefined
  let ran = 0
  await using loop = startLoop(clock, () => new Promise((resolve) => {
    ran += 1
    finish = () => { resolve(60_000) }
  }), noTrouble)
  loop.wake()
  finish()
  await clock.advance(1)
  expect(ran).toBe(2)
  finish()
  await clock.advance(100)
  expect(ran).toBe(2)
  finish()
})

test('a step that fails is tried again after 100 ms, then ever more slowly up to 2 s, and quickly again after a success', async () => {
  const clock = createHeldClock()
  const tried: number[] = []
  const troubles: unknown[] = []
  await using _loop = startLoop(clock, async () => {
    tried.push(clock.now())
    if (tried.length !== 8) throw new Error(`attempt ${tried.length}`)
    return 10
  }, (error) => troubles.push(error))
  await clock.advance(7_400)
  expect(tried).toEqual([0, 100, 300, 700, 1_500, 3_100, 5_100, 7_100, 7_110, 7_210])
  expect(troubles).toHaveLength(9)
})

test('a loop ends when it is disposed: after its step, without its pause', async () => {
  const clock = createHeldClock()
  let ran = 0
  const pausing = startLoop(clock, async () => { ran += 1; return 60_000 }, noTrouble)
  await settle()
  await pausing[Symbol.asyncDispose]()
  let finish = (): void => undefined
  const working = startLoop(clock, () => new Promise((resolve) => { finish = () => { ran += 1; resolve(0) } }), noTrouble)
  const ended = working[Symbol.asyncDispose]()
  finish()
  await ended
  expect([ran, clock.waiting]).toEqual([2, 0])
})

test('the real clock waits, and stops waiting when it is told to', async () => {
  const began = systemClock.now()
  await systemClock.delay(20)
  expect(systemClock.now() - began).toBeGreaterThan(15)
  const stop = new AbortController()
  const stopped = systemClock.delay(60_000, stop.signal)
  stop.abort()
  await stopped
  await systemClock.delay(60_000, stop.signal)
  expect(systemClock.now() - began).toBeLessThan(10_000)
  expect(Math.abs(systemClock.wallTime() - Date.now())).toBeLessThan(1_000)
})
