import { createMemoryEventLog, electionPartition, encodeResultsPublished, ensureTopics, TOPIC } from '@livetally/core/events'
import type { RevisionStore } from '@livetally/core/store'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { KnownElection } from '@livetally/core/voting'
import type { ElectionRegistry } from '../elections/election-registry.js'
import { breakfastElection, knownBreakfast } from '../testing/breakfast-election.js'
import { createLiveResults } from './live-results.js'
import { createResultsReader } from './results-reader.js'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

/** Live results over an event log in memory and a Postgres that holds nothing, of which every load is counted. */
async function setUp() {
  const eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  const loads: number[] = []
  const postgres = { isAway: false }
  const revisions: Pick<RevisionStore, 'marks' | 'read' | 'readFromFull'> = {
    marks: async () => [],
    read: async () => [],
    readFromFull: async (election) => { loads.push(election); return postgres.isAway ? Promise.reject(new Error('connection refused')) : [] },
  }
  const live = createLiveResults({
    revisions: revisions as RevisionStore,
    elections: { peek: () => undefined } as unknown as ElectionRegistry,
    electionStore: { eligibleVoters: async () => new Map() },
    eventLog,
    readRecord: createResultsReader(),
    logger: pino({ level: 'silent' }),
    mostLoaded: 3,
    idleMs: 60_000,
  })
  const known = (key: number): KnownElection => knownBreakfast({ ...breakfastElection(), key })
  const publish = async (election: number, revision: number, ballots: number): Promise<void> => {
    const producer = await eventLog.producer()
    const partition = electionPartition(election, await eventLog.partitionCount(TOPIC.results))
    const texts = encodeResultsPublished({ v: 1, election, revision, publishedAt: 0, status: 'UNOFFICIAL_PARTIAL', asOf: null, isFull: true, vector: [], finalUntil: null, rows: [['place', 'n1/ONLINE', [ballots]]] })
    await producer.send(texts.map((value) => ({ topic: TOPIC.results, partition, key: `e${election}`, value })))
  }
  return { live, loads, known, postgres, publish }
}

describe('results in memory', () => {
  test('are loaded once for all who ask, and follow the topic', async () => {
    const { live, loads, known, publish } = await setUp()
    const [feed, same] = await Promise.all([live.feed(known(7)), live.feed(known(7))])
    expect(same).toBe(feed)
    expect(loads).toEqual([7])
    await publish(7, 5, 12)
    await vi.waitFor(() => { expect(feed.current().facts.revision).toBe(5) })
    expect(feed.current().at.turnout('town').ballots).toBe(12)
  })

  test('are let go when nobody has looked for a while, but never under a viewer', async () => {
    const { live, known } = await setUp()
    await live.feed(known(1))
    const watched = await live.feed(known(2))
    const leave = watched.onChange(() => undefined)
    await vi.advanceTimersByTimeAsync(70_000)
    expect(live.loaded).toBe(1)
    expect(await live.feed(known(2))).toBe(watched)
    leave()
    await vi.advanceTimersByTimeAsync(70_000)
    expect(live.loaded).toBe(0)
  })

  test('are of a bounded number of elections: those asked for last', async () => {
    const { live, loads, known } = await setUp()
    for (const key of [1, 2, 3, 4, 5]) {
      await live.feed(known(key))
      await vi.advanceTimersByTimeAsync(10)
    }
    await vi.advanceTimersByTimeAsync(5_000)
    expect(live.loaded).toBe(3)
    await live.feed(known(5))
    expect(loads).toEqual([1, 2, 3, 4, 5])
  })

  test('that could not be loaded are loaded for whoever asks next, and take no place meanwhile', async () => {
    const { live, loads, known, postgres } = await setUp()
    postgres.isAway = true
    await expect(live.feed(known(7))).rejects.toThrow('connection refused')
    expect(live.loaded).toBe(0)
    postgres.isAway = false
    expect((await live.feed(known(7))).current().facts.revision).toBe(0)
    expect(loads).toEqual([7, 7])
  })
})
