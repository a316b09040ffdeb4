import { createMemoryEventLog, ensureTopics, parseResultsPublished, type OutgoingRecord } from '@livetally/core/events'
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
  expect(produced, 'nothing behind one that was left out').toEqual(sent.filter((number) => number <= 1))
  expect((await metrics.skipped.get()).values[0]?.value).toBe(200 - sent.length)
  await announcer[Symbol.asyncDispose]()
  await eventLog[Symbol.asyncDispose]()
})

/** An event log that takes what it is asked to, and everything else. */
async function kitchen(refuses: (revision: number) => boolean) {
  const eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  const sent: string[] = []
  const produced: string[] = []
  const announcer = createResultsAnnouncer({
    eventLog, clock: createHeldClock(), logger: pino({ level: 'silent' }), metrics: createMetrics().publisher, onProduced: (election, number) => produced.push(`${election}/${number}`),
    producer: {
      async send(records) {
        for (const { value } of records) {
          const parsed = parseResultsPublished(String(value))
          if (!parsed.ok) continue
          if (refuses(parsed.event.revision)) throw new Error('the broker is gone')
          sent.push(`${parsed.event.election}/${parsed.event.revision}`)
        }
      },
      [Symbol.asyncDispose]: async () => undefined,
    },
  })
  return { announcer, sent, produced, [Symbol.asyncDispose]: async () => { await announcer[Symbol.asyncDispose](); await eventLog[Symbol.asyncDispose]() } }
}

test('a revision whose sending failed counts as not sent, and so does all behind it, until the election is claimed anew and it is sent again', async () => {
  let isBroken = true
  await using kettle = await kitchen((number) => isBroken && number === 3)
  for (const number of [1, 2, 3, 4, 5]) kettle.announcer.announce(revision(number))
  kettle.announcer.announce({ ...revision(9), election: 8 })
  await expect.poll(() => kettle.sent.at(-1)).toBe('8/9')
  expect(kettle.sent).toEqual(['7/1', '7/2', '7/4', '7/5', '8/9'])
  expect(kettle.produced).toEqual(['7/1', '7/2', '8/9'])
  isBroken = false
  kettle.announcer.startOver(7)
  for (const number of [3, 4, 5, 6]) kettle.announcer.announce(revision(number))
  await expect.poll(() => kettle.sent.at(-1)).toBe('7/6')
  expect(kettle.produced.slice(3)).toEqual(['7/3', '7/4', '7/5', '7/6'])
})
