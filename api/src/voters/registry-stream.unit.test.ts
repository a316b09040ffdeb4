import { createMemoryEventLog, ensureTopics, parseVoterRegistered, TOPIC, type EventLog, type VoterRegistered } from '@livetally/core/events'
import type { AnonymousRegistration, RegistryOutbox } from '@livetally/core/store'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { createRegistryStream } from './registry-stream.js'

const WAIT = { timeout: 5_000 }
const logger = pino({ level: 'silent' })
const rollOf = (count: number): AnonymousRegistration[] => Array.from({ length: count }, (_, number) => ({ number, unit: 'n1', channel: number % 2 === 0 ? 'ONLINE' : null, attributes: { age: 'wise' } }))

/** A roll as the database keeps it: what is told stays told, whoever asks. */
function createOutbox(roll: readonly AnonymousRegistration[]): RegistryOutbox & { readonly told: number, failing: boolean } {
  let told = 0
  const outbox = {
    failing: false,
    get told() { return told },
    async toTell(limit: number) {
      const registrations = roll.slice(told, told + limit)
      return registrations.length === 0 ? [] : [{ election: 7, next: told + registrations.length, registrations }]
    },
    async noteTold(_election: number, next: number) {
      if (outbox.failing) throw new Error('Postgres is away')
      told = Math.max(told, next)
    },
  }
  return outbox
}

async function createTopic(): Promise<{ log: EventLog, heard: VoterRegistered[], keys: (string | undefined)[] } & AsyncDisposable> {
  const log = createMemoryEventLog()
  await ensureTopics(log)
  const heard: VoterRegistered[] = []
  const keys: (string | undefined)[] = []
  const consumer = await log.consume({
    groupId: 'census', topics: [TOPIC.voters], onAssigned: async () => undefined, onLost: async () => undefined,
    async onBatch({ records }) {
      for (const { key, value } of records) {
        const parsed = parseVoterRegistered(value)
        if (!parsed.ok) throw new Error(parsed.reason)
        keys.push(key?.toString())
        heard.push(parsed.event)
      }
    },
  })
  return {
    log, heard, keys,
    async [Symbol.asyncDispose]() {
      await consumer[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
    },
  }
}

describe('topic voters', () => {
  test('is told of everybody on the roll, in the order of their numbers, and of nobody\'s name', async () => {
    await using topic = await createTopic()
    await using stream = createRegistryStream({ outbox: createOutbox(rollOf(2_500)), eventLog: topic.log, logger })
    stream.tellSoon()
    await vi.waitFor(() => { expect(topic.heard.length >= 2_500).toBe(true) }, WAIT)
    expect(topic.heard.map(({ number }) => number)).toEqual(Array.from({ length: 2_500 }, (_, number) => number))
    expect(topic.heard.slice(0, 2)).toEqual([
      { v: 1, election: 7, number: 0, unit: 'n1', channel: 'ONLINE', attributes: { age: 'wise' } },
      { v: 1, election: 7, number: 1, unit: 'n1', attributes: { age: 'wise' } },
    ])
    expect(topic.keys[3]).toBe('e7/3')
  })

  test('hears again what a process told and did not live to note: the same numbers, with the same content', async () => {
    await using topic = await createTopic()
    const outbox = createOutbox(rollOf(30))
    outbox.failing = true
    {
      await using dying = createRegistryStream({ outbox, eventLog: topic.log, logger })
      dying.tellSoon()
      await vi.waitFor(() => { expect(topic.heard.length === 30).toBe(true) }, WAIT)
    }
    outbox.failing = false
    await using next = createRegistryStream({ outbox, eventLog: topic.log, logger })
    next.tellSoon()
    await vi.waitFor(() => { expect(topic.heard.length === 60).toBe(true) }, WAIT)
    const byKey = new Map(topic.heard.map((event, at) => [topic.keys[at], JSON.stringify(event)]))
    expect(byKey.size).toBe(30)
    topic.heard.forEach((event, at) => expect(byKey.get(topic.keys[at])).toBe(JSON.stringify(event)))
    expect(outbox.told).toBe(30)
  })

  test('hears later what was registered while Kafka was away, and no registration waits for it', async () => {
    await using topic = await createTopic()
    let isAway = true
    let sends = 0
    const log: EventLog = { ...topic.log, producer: async () => {
      const producer = await topic.log.producer()
      return { ...producer, send: (records) => (sends += 1) > 0 && isAway ? Promise.reject(new Error('Kafka is away')) : producer.send(records) }
    } }
    const outbox = createOutbox(rollOf(5))
    await using stream = createRegistryStream({ outbox, eventLog: log, logger, everyMs: 20 })
    expect(stream.tellSoon()).toBeUndefined()
    await vi.waitFor(() => { expect(sends).toBeGreaterThan(2) }, WAIT)
    expect([outbox.told, topic.heard.length]).toEqual([0, 0])
    isAway = false
    await vi.waitFor(() => { expect(outbox.told === 5 && topic.heard.length === 5).toBe(true) }, WAIT)
  })
})
