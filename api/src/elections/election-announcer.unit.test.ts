import { createMemoryEventLog, ensureTopics, parseElectionChanged, TOPIC } from '@livetally/core/events'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { breakfastElection } from '../testing/breakfast-election.js'
import { createElectionAnnouncer } from './election-announcer.js'

const WAIT = { timeout: 5_000 }

describe('topic elections', () => {
  test('hears of all elections, although the row of one is held by somebody, and that one is told of in the log', async () => {
    const log = createMemoryEventLog()
    await ensureTopics(log)
    const warnings: string[] = []
    const logger = pino({ level: 'warn' }, { write: (line: string) => { warnings.push(line) } })
    const waiting = new Set([1, 2, 3])
    const heard: number[] = []
    const follower = await log.follow({ topic: TOPIC.elections, onRecords: (records) => {
      for (const { value } of records) {
        const parsed = parseElectionChanged(value)
        if (parsed.ok) heard.push(parsed.event.election)
      }
    } })
    await using announcer = createElectionAnnouncer({
      eventLog: log, logger, everyMs: 60_000,
      store: {
        notAnnounced: async (limit) => [...waiting].slice(0, limit),
        load: async (key) => ({ ...breakfastElection(), key }),
        async noteAnnounced({ key }) {
          if (key === 1) throw new Error('canceling statement due to lock timeout')
          waiting.delete(key)
        },
      },
    })
    announcer.tellSoon()
    await vi.waitFor(() => { expect([...waiting]).toEqual([1]) }, WAIT)
    await vi.waitFor(() => { expect(heard.toSorted()).toEqual([1, 2, 3]) }, WAIT)
    expect(warnings.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['Noting that Kafka knows of elections: election 1 is stuck, the others go on. Tried again and again.'])
    await follower[Symbol.asyncDispose]()
    await log[Symbol.asyncDispose]()
  })
})
