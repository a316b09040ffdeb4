import { createMemoryEventLog, ensureTopics, type EventLog } from '@livetally/core/events'
import type { BoxHead, BoxSlice, RelayLease, RelayStore } from '@livetally/core/store'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createHeldClock } from '../clock-under-test.js'
import { createMetrics } from '../metrics.js'
import { startRelay } from './relay.js'

const NO_LEASES: RelayStore = { leases: async () => [], take: async () => undefined, beat: async () => [], release: async () => undefined }

/** How often a relay looks at the heads of so many empty boxes within a second, after so many ms of silence. */
async function looksPerSecond(boxes: number, silentMs = 0): Promise<number> {
  const heads = Array.from({ length: boxes }, (_, election): BoxHead => ({ election, box: 0, nextSeq: 0, sealedSeq: null }))
  const clock = createHeldClock()
  const found = { looks: 0 }
  const ledger = {
    async openHeads() {
      found.looks += 1
      return heads
    },
    readSlices: async () => [],
  }
  await using eventLog = createMemoryEventLog()
  const relay = await startRelay({ owner: 'night porter', leaseMs: 2_000 }, { ledger, store: NO_LEASES, eventLog, clock, logger: pino({ level: 'silent' }), metrics: createMetrics().relay })
  await clock.advance(silentMs)
  found.looks = 0
  await clock.advance(1_000)
  const { looks } = found
  const closing = relay[Symbol.asyncDispose]()
  await clock.advance(1_000)
  await closing
  return looks
}

test('with nothing to send, a relay looks every 10 ms at a few boxes, and less often at thousands', async () => {
  expect(await looksPerSecond(8)).toBeGreaterThan(90)
  expect(await looksPerSecond(2_000)).toBeLessThanOrEqual(26)
})

test('where nobody has voted for two seconds, it looks every 40 ms', async () => {
  const looks = await looksPerSecond(8, 2_000)
  expect(looks).toBeGreaterThan(20)
  expect(looks).toBeLessThanOrEqual(26)
})

test('while votes arrive it sends every 50 ms what has gathered, so that requests do not grow with the votes', async () => {
  const clock = createHeldClock()
  const startedAt = clock.now()
  const sent: number[] = []
  const lease: RelayLease = { election: 1, box: 0, nextSeq: 0, owner: null, epoch: 0, beat: 0 }
  const store: RelayStore = { ...NO_LEASES, leases: async () => [lease], take: async () => 1, beat: async (notes) => [...notes] }
  // One vote a millisecond.
  const ledger = {
    openHeads: async (): Promise<BoxHead[]> => [{ election: 1, box: 0, nextSeq: Math.floor(clock.now() - startedAt) + 1, sealedSeq: null }],
    async readSlices([slice]: readonly BoxSlice[]) {
      sent.push(clock.now() - startedAt)
      const from = slice?.from ?? 0
      return Array.from({ length: Math.floor(clock.now() - startedAt) + 1 - from }, (_, at) => ({ election: 1, box: 0, entry: { kind: 'TICK' as const, seq: from + at, castAt: 0, commitment: '' } }))
    },
  }
  await using eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  const relay = await startRelay({ owner: 'counting clerk', leaseMs: 2_000 }, { ledger, store, eventLog, clock, logger: pino({ level: 'silent' }), metrics: createMetrics().relay })
  await clock.advance(1_000)
  expect(sent.length).toBeGreaterThan(15)
  expect(sent.length).toBeLessThanOrEqual(21)
  const closing = relay[Symbol.asyncDispose]()
  await clock.advance(1_000)
  await closing
})

test('a box whose entries cannot be read holds up no other', async () => {
  const clock = createHeldClock()
  const lease = (election: number): RelayLease => ({ election, box: 0, nextSeq: 0, owner: null, epoch: 0, beat: 0 })
  const store: RelayStore = { ...NO_LEASES, leases: async () => [lease(1), lease(2), lease(3)], take: async ({ election }) => election === 3 ? Promise.reject(new Error('a broken page')) : 1, beat: async (notes) => [...notes] }
  const ledger = {
    openHeads: async (): Promise<BoxHead[]> => [1, 2, 3].map((election) => ({ election, box: 0, nextSeq: 5, sealedSeq: null })),
    async readSlices(slices: readonly BoxSlice[]) {
      if (slices.some(({ election }) => election === 1)) throw new Error('a broken row')
      return slices.flatMap(({ election, box, from }) => Array.from({ length: 5 - from }, (_, at) => ({ election, box, entry: { kind: 'TICK' as const, seq: from + at, castAt: 0, commitment: '' } })))
    },
  }
  await using eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  const lines: { event: string, election?: number }[] = []
  const logger = pino({}, { write: (line: string) => { lines.push(JSON.parse(line) as { event: string }) } })
  const metrics = createMetrics().relay
  const relay = await startRelay({ owner: 'counting clerk', leaseMs: 2_000 }, { ledger, store, eventLog, clock, logger, metrics })
  await clock.advance(3_000)
  expect((await metrics.relayed.get()).values[0]?.value).toBe(5)
  expect(lines.filter(({ event }) => event === 'TROUBLE').map(({ election }) => election).toSorted()).toEqual([1, 3])
  const closing = relay[Symbol.asyncDispose]()
  await clock.advance(2_000)
  await closing
})

test('of more boxes than entries are read in a round, every one is sent on', async () => {
  const BOXES = 2_001
  const clock = createHeldClock()
  const store: RelayStore = {
    ...NO_LEASES, take: async () => 1, beat: async (notes) => [...notes],
    leases: async () => Array.from({ length: BOXES }, (_, election): RelayLease => ({ election, box: 0, nextSeq: 0, owner: null, epoch: 0, beat: 0 })),
  }
  const ledger = {
    openHeads: async (): Promise<BoxHead[]> => Array.from({ length: BOXES }, (_, election) => ({ election, box: 0, nextSeq: 3, sealedSeq: null })),
    readSlices: async (slices: readonly BoxSlice[]) => slices.flatMap(({ election, box, from, limit }) =>
      Array.from({ length: Math.min(limit, 3 - from) }, (_, at) => ({ election, box, entry: { kind: 'TICK' as const, seq: from + at, castAt: 0, commitment: '' } }))),
  }
  await using eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  const metrics = createMetrics().relay
  const relay = await startRelay({ owner: 'counting clerk', leaseMs: 2_000 }, { ledger, store, eventLog, clock, logger: pino({ level: 'silent' }), metrics })
  await clock.advance(1_000)
  expect((await metrics.relayed.get()).values[0]?.value).toBe(BOXES * 3)
  const closing = relay[Symbol.asyncDispose]()
  await clock.advance(2_000)
  await closing
})

test('what the event log did not acknowledge is sent again: a place is noted behind nothing that was not sent', async () => {
  const clock = createHeldClock()
  const noted: number[] = []
  const store: RelayStore = {
    ...NO_LEASES, leases: async () => [{ election: 1, box: 0, nextSeq: 0, owner: null, epoch: 0, beat: 0 }], take: async () => 1,
    beat: async (notes) => { noted.push(...notes.map(({ nextSeq }) => nextSeq)); return [...notes] },
  }
  const ledger = {
    openHeads: async (): Promise<BoxHead[]> => [{ election: 1, box: 0, nextSeq: 4, sealedSeq: null }],
    readSlices: async ([slice]: readonly BoxSlice[]) => Array.from({ length: 4 - (slice?.from ?? 0) }, (_, at) => ({ election: 1, box: 0, entry: { kind: 'TICK' as const, seq: (slice?.from ?? 0) + at, castAt: 0, commitment: '' } })),
  }
  await using log = createMemoryEventLog()
  await ensureTopics(log)
  const sent: number[] = []
  let isAway = true
  const eventLog: EventLog = { ...log, producer: async () => {
    const producer = await log.producer()
    return { ...producer, async send(records) {
      if (isAway) throw new Error('the broker is gone')
      sent.push(records.length)
      await producer.send(records)
    } }
  } }
  const relay = await startRelay({ owner: 'counting clerk', leaseMs: 2_000 }, { ledger, store, eventLog, clock, logger: pino({ level: 'silent' }), metrics: createMetrics().relay })
  await clock.advance(5_000)
  expect([sent, new Set(noted)]).toEqual([[], new Set([0])])
  isAway = false
  await clock.advance(5_000)
  expect([sent, noted.at(-1)]).toEqual([[4], 4])
  const closing = relay[Symbol.asyncDispose]()
  await clock.advance(2_000)
  await closing
})
