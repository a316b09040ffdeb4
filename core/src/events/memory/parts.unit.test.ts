import { expect, test } from 'vitest'
import { createDiary, until } from '../event-log.contract.js'
import { createMemoryEventLog } from './memory-event-log.js'

const topics = [{ name: 't', partitions: 1 }]

test('the log in memory keeps so many records and no more; who comes late begins behind the gap', async () => {
  await using log = createMemoryEventLog({ keptRecords: 100 })
  await log.createTopics(topics)
  const producer = await log.producer()
  for (let at = 0; at < 10_000; at += 1) await producer.send([{ topic: 't', partition: 0, key: 'k', value: String(at) }])
  const diary = createDiary()
  await log.consume({ groupId: 'g', topics: ['t'], ...diary.handlers })
  await until(() => diary.values().includes('9999'), diary.values)
  expect(diary.batches.length).toBeGreaterThanOrEqual(100)
  expect(diary.batches.length).toBeLessThanOrEqual(125)
  expect(diary.values()).toEqual(Array.from({ length: diary.batches.length }, (_, at) => String(10_000 - diary.batches.length + at)))
})

test('a worker frozen in the middle of a batch moves no position once another holds its partition', async () => {
  await using log = createMemoryEventLog()
  await log.createTopics(topics)
  const producer = await log.producer()
  let isFrozen = false
  let thaw = (): void => undefined
  let heartbeat = async (): Promise<void> => undefined
  const frozen = await log.consume({
    groupId: 'g',
    topics: ['t'],
    onAssigned: async () => undefined,
    onLost: async () => undefined,
    async onBatch(batch) {
      heartbeat = batch.heartbeat
      isFrozen = true
      await new Promise<void>((resolve) => { thaw = resolve })
    },
  })
  await producer.send([{ topic: 't', partition: 0, key: 'k', value: 'a' }])
  await until(() => isFrozen, () => isFrozen)
  await heartbeat()
  const leaving = frozen[Symbol.asyncDispose]()
  const diary = createDiary()
  await log.consume({ groupId: 'g', topics: ['t'], ...diary.handlers })
  await until(() => diary.batches.length === 1, diary.values)
  await expect(heartbeat()).rejects.toThrow('sharing its partitions anew')
  await producer.send([{ topic: 't', partition: 0, key: 'k', value: 'b' }])
  thaw()
  await leaving
  await until(() => diary.batches.length >= 2, diary.values)
  expect(diary.values()).toEqual(['a', 'b'])
})

test('a pace of one\'s own decides when anything is delivered', async () => {
  const waiting: (() => void)[] = []
  const turn = (): Promise<void> => new Promise((resolve) => { waiting.push(resolve) })
  await using log = createMemoryEventLog({ pace: { turn, retry: turn } })
  await log.createTopics(topics)
  const seen: string[] = []
  await log.follow({ topic: 't', onRecords: (records) => { seen.push(...records.map(({ offset }) => offset)) } })
  const producer = await log.producer()
  await producer.send([{ topic: 't', partition: 0, key: 'k', value: 'a' }])
  await producer.send([{ topic: 't', partition: 0, key: 'k', value: 'b' }])
  await new Promise((resolve) => { setImmediate(resolve) })
  expect(seen).toEqual([])
  expect(waiting).toHaveLength(1)
  waiting[0]?.()
  await expect.poll(() => seen).toEqual(['0', '1'])
})
