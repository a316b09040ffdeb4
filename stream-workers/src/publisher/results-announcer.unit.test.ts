import { createMemoryEventLog, ensureTopics, parseResultsPublished, TOPIC, type OutgoingRecord } from '@livetally/core/events'
import type { Revision } from '@livetally/core/store'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createHeldClock } from '../clock-under-test.js'
import { createMetrics } from '../metrics.js'
import { createResultsAnnouncer } from './results-announcer.js'

const revision = (number: number): Revision => ({ election: 7, revision: number, publishedAt: number, status: 'UNOFFICIAL_PARTIAL', asOf: null, finalUntil: null, isFull: false, vector: [], rows: [] })

test('while Kafka is away at most fifty revisions wait: the newest; readers fill the others from Postgres', async () => {
  const eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  let letGo = (): void => undefined
  const isBack = new Promise<void>((resolve) => { letGo = resolve })
  const sent: number[] = []
  const producer = {
    async send(records: readonly OutgoingRecord[]) {
      await isBack
      for (const { value } of records) {
        const parsed = parseResultsPublished(String(value))
        if (parsed.ok) sent.push(parsed.event.revision)
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
  const { publisher: metrics } = createMetrics()
  const produced: number[] = []
  const announcer = createResultsAnnouncer({ eventLog, producer, clock: createHeldClock(), logger: pino({ level: 'silent' }), metrics, onProduced: (_election, number) => produced.push(number) })
  for (let number = 1; number <= 200; number += 1) announcer.announce(revision(number))
  letGo()
  await expect.poll(() => sent.at(-1)).toBe(200)
  const newest = Array.from({ length: 50 }, (_, at) => 151 + at)
  expect(sent.slice(-50)).toEqual(newest)
  expect(sent.length, 'and perhaps the one that was on its way').toBeLessThanOrEqual(51)
  expect(produced).toEqual(sent)
  expect((await metrics.skipped.get()).values[0]?.value).toBe(200 - sent.length)
  expect(await eventLog.partitionCount(TOPIC.results)).toBeGreaterThan(0)
  await announcer[Symbol.asyncDispose]()
  await eventLog[Symbol.asyncDispose]()
})
