import { createMemoryEventLog, electionPartition, encodeResultsPublished, ensureTopics, TOPIC } from '@livetally/core/events'
import { expect, test } from 'vitest'
import { createHeldClock } from '../clock-under-test.js'
import { createAnnouncedRevisions } from './announced-revisions.js'

async function setUp() {
  const eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  const clock = createHeldClock()
  const producer = await eventLog.producer()
  const announce = async (election: number, ...revisions: readonly number[]): Promise<void> => {
    const partition = electionPartition(election, await eventLog.partitionCount(TOPIC.results))
    const texts = revisions.flatMap((revision) => encodeResultsPublished({ v: 1, election, revision, publishedAt: 0, status: 'UNOFFICIAL_PARTIAL', asOf: null, isFull: true, vector: [], finalUntil: null, rows: [] }))
    await producer.send([...texts, 'rubbish'].map((value) => ({ topic: TOPIC.results, partition, key: `e${election}`, value })))
  }
  return { clock, announce, announced: createAnnouncedRevisions({ eventLog, clock }) }
}

test('the greatest revision of an election is found in the event log, whatever came after it', async () => {
  const { announce, announced } = await setUp()
  await announce(3, 4, 9, 8)
  await announce(3 + 12, 70)
  expect(await announced.newest(3)).toBe(9)
  expect(await announced.newest(3 + 12)).toBe(70)
  expect(await announced.newest(4)).toBe(0)
})

test('what this process published itself is known even if the event log lost it', async () => {
  const { announce, announced, clock } = await setUp()
  announced.note(3, 12)
  await announce(3, 9)
  expect(await announced.newest(3)).toBe(12)
  await announce(3, 15)
  await clock.advance(2_000)
  expect(await announced.newest(3)).toBe(15)
})
