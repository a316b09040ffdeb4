import type { KnownElection } from '@livetally/core/voting'
import { expect, test } from 'vitest'
import { breakfastElection, knownBreakfast } from '../testing/breakfast-election.js'
import { createElectionStream } from './election-stream.js'

/** An election that a test changes, and those who watch it. */
function setUp() {
  const listeners = new Set<() => void>()
  let now: KnownElection = knownBreakfast()
  const elections = {
    peek: () => now,
    watch(_key: number, listener: () => void) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
  }
  const change = (phaseVersion: number): void => {
    now = knownBreakfast(breakfastElection({ phaseVersion }))
    for (const listener of listeners) listener()
  }
  return { stream: createElectionStream(elections, now), change, listeners }
}

test('a viewer of an election is told of it as it is, then of each change; who reads slowly hears of the newest alone', async () => {
  const { stream, change } = setUp()
  expect((await stream.next()).value?.election.phaseVersion).toBe(3)
  const next = stream.next()
  change(4)
  expect((await next).value?.election.phaseVersion).toBe(4)
  change(5)
  change(6)
  expect((await stream.next()).value?.election.phaseVersion).toBe(6)
})

test.each(['return', 'throw'] as const)('a viewer who leaves by %s while waiting is let go, and nothing listens for them any more', async (leave) => {
  const { stream, change, listeners } = setUp()
  await stream.next()
  const waiting = stream.next()
  expect(listeners.size).toBe(1)
  await stream[leave]?.()
  expect([listeners.size, await waiting]).toEqual([0, { done: true, value: undefined }])
  change(4)
  expect(await stream.next()).toEqual({ done: true, value: undefined })
})
