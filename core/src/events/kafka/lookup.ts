import { randomUUID } from 'node:crypto'
import type { Consumer } from 'kafkajs'
import { LogUnavailableError, type EventLog, type LogRecord, type OffsetRange, type ReadOptions } from '../event-log.js'
import { createKafkaClient, endWithin, workWithin, type KafkaConnectionSettings } from './client.js'
import type { KafkaTopics } from './topics.js'
import { asError, isAnyoneListening } from '../waiting.js'

/** How long one look may take, joining and leaving its group included. */
const READ_LIMIT_MS = 15_000

/** So many fetches in a row without a record: what is left before the end are marks of transactions, which nobody is shown. */
const EMPTY_FETCHES = 3

/** Reads records of one partition without being a reader. kafkajs cannot fetch without a group, so each look has one to itself. */
export function createKafkaLookup(settings: KafkaConnectionSettings, topics: KafkaTopics): Pick<EventLog, 'range' | 'read'> {
  const rangesOf = async (topic: string, partition: number): Promise<{ mine: OffsetRange, next: ReadonlyMap<number, bigint> }> => {
    const offsets = await topics.offsets(topic)
    const found = offsets.find((candidate) => candidate.partition === partition)
    if (found === undefined) throw new Error(`the topic ${topic} has no partition ${partition}`)
    return { mine: { first: found.low, next: found.high }, next: new Map(offsets.map(({ partition: at, high }) => [at, high])) }
  }
  return {
    range: async (topic, partition) => (await rangesOf(topic, partition)).mine,
    async read(options) {
      const { mine, next } = await rangesOf(options.topic, options.partition)
      const start = options.from > mine.first ? options.from : mine.first
      if (start >= mine.next || options.limit <= 0) return []
      if (!await isAnyoneListening(settings.brokers)) throw new LogUnavailableError(`No Kafka broker answers at ${settings.brokers.join(', ')}.`)
      const groupId = topics.fullName(`look.${options.topic}.${randomUUID()}`)
      const client = createKafkaClient(settings)
      const consumer = client.kafka.consumer({ groupId, sessionTimeout: 10_000, maxWaitTimeInMs: 50, allowAutoTopicCreation: false, retry: { restartOnFailure: async () => false } })
      try {
        return await workWithin(client, READ_LIMIT_MS, readOnce(consumer, topics.fullName(options.topic), options, new Map(next).set(options.partition, start), mine.next))
      } catch (error) {
        throw new LogUnavailableError(`Kafka did not deliver what was asked for: ${asError(error).message}`, { cause: error })
      } finally {
        await endWithin(client, 2_000, consumer.disconnect())
        await topics.deleteGroup(groupId).catch(() => undefined)
      }
    },
  }
}

/** Begins at `positions`, so that the other partitions have nothing to say, and ends at `end`. */
async function readOnce(consumer: Consumer, fullName: string, { topic, partition, limit }: ReadOptions, positions: ReadonlyMap<number, bigint>, end: bigint): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  await consumer.connect()
  await consumer.subscribe({ topics: [fullName], fromBeginning: true })
  // Seeking is queued until the first fetch, and this event comes before it.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const at of payload.memberAssignment[fullName] ?? []) consumer.seek({ topic: fullName, partition: at, offset: String(positions.get(at) ?? 0n) })
  })
  const complete = new Promise<void>((resolve, reject) => {
    let fetches = 0
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    consumer.on(consumer.events.GROUP_JOIN, () => { fetches = 0 })
    consumer.on(consumer.events.FETCH, () => {
      fetches += 1
      if (fetches > EMPTY_FETCHES) resolve()
    })
    const eachBatch: NonNullable<Parameters<Consumer['run']>[0]>['eachBatch'] = async ({ batch, resolveOffset }) => {
      fetches = 0
      if (batch.partition !== partition) return
      for (const { offset, key, value } of batch.messages) {
        if (records.length < limit && BigInt(offset) < end) records.push({ topic, partition, offset, key: key?.toString('utf8'), value })
        resolveOffset(offset)
      }
      if (records.length >= limit || BigInt(batch.lastOffset()) + 1n >= end) resolve()
    }
    consumer.run({ autoCommit: false, eachBatchAutoResolve: true, partitionsConsumedConcurrently: 1, eachBatch }).catch(reject)
  })
  await complete
  return records
}
