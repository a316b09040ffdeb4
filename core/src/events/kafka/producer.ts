import type { Message, Producer, TopicMessages } from 'kafkajs'
import { cutIntoRequests } from '../records/chunking.js'
import { LogUnavailableError, RecordTooLargeError, type LogProducer, type OutgoingRecord } from '../event-log.js'
import { createKafkaClient, endWithin, protocolErrorType, workWithin, type KafkaClient, type KafkaConnectionSettings } from './client.js'
import type { KafkaTopics } from './topics.js'
import { createSerial } from '../serial.js'
import { asError, createBackoff, isAnyoneListening, pause } from '../waiting.js'

/** How long a send tries before it says that the log is away. */
const SEND_LIMIT_MS = 30_000

/** How long it tries with one connection. A broker may take 8 s for a request. */
const ATTEMPT_LIMIT_MS = 12_000

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

interface Connection { client: KafkaClient, producer: Producer }

/**
 * One request in flight; what is sent meanwhile waits in order. A connection that failed is thrown away: kafkajs never
 * recovers a producer whose topic was deleted, and a request that may still be on its way must not overtake its repetition.
 */
export function createKafkaProducer(settings: KafkaConnectionSettings, topics: KafkaTopics): LogProducer {
  const serial = createSerial()
  const disposal = new AbortController()
  let connection: Connection | undefined

  const discard = async (limitMs: number): Promise<void> => {
    const { client, producer } = connection ?? {}
    connection = undefined
    if (client !== undefined && producer !== undefined) await endWithin(client, limitMs, producer.disconnect())
  }
  const attempt = async (request: readonly OutgoingRecord[], until: number): Promise<void> => {
    if (connection === undefined) {
      if (!await isAnyoneListening(settings.brokers)) throw new Error(`no Kafka broker answers at ${settings.brokers.join(', ')}`)
      connection = openConnection(settings)
    }
    const { client, producer } = connection
    const send = async (): Promise<void> => {
      await producer.connect()
      await producer.sendBatch({ topicMessages: toTopicMessages(request, topics), acks: -1, timeout: 8_000 })
    }
    await workWithin(client, Math.min(Math.max(until - performance.now(), 0), ATTEMPT_LIMIT_MS), send())
  }
  const deliver = async (request: readonly OutgoingRecord[], until: number): Promise<void> => {
    const backoff = createBackoff(50, 1_000)
    for (;;) {
      if (disposal.signal.aborted) throw new LogUnavailableError('The producer has been closed.')
      try {
        return await attempt(request, until)
      } catch (error) {
        if (TOO_LARGE.has(protocolErrorType(error) ?? '')) throw new RecordTooLargeError(describeTooLarge(request), { cause: error })
        await discard(500)
        if (performance.now() >= until) throw new LogUnavailableError(`Kafka could not be reached: ${asError(error).message}`, { cause: error })
        await pause(backoff.next(), disposal.signal)
        await topics.restore([...new Set(request.map(({ topic }) => topic))]).catch(() => undefined)
      }
    }
  }
  return {
    async send(records) {
      const until = performance.now() + SEND_LIMIT_MS
      await serial.run(async () => {
        for (const request of cutIntoRequests(records)) await deliver(request, until)
      })
    },
    async [Symbol.asyncDispose]() {
      disposal.abort()
      const limit = setTimeout(() => connection?.client.cut(), 2_000)
      await serial.run(() => discard(1_000))
      clearTimeout(limit)
    },
  }
}

function openConnection(settings: KafkaConnectionSettings): Connection {
  const client = createKafkaClient(settings)
  const producer = client.kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: () => ({ message }) => message.partition ?? 0,
    // Few: what a fresh connection and a restored topic do not mend is repeated above, until the time is up.
    retry: { retries: 2 },
  })
  return { client, producer }
}

function toTopicMessages(records: readonly OutgoingRecord[], topics: KafkaTopics): TopicMessages[] {
  const byTopic = new Map<string, Message[]>()
  for (const { topic, partition, key, value } of records) {
    const messages = byTopic.get(topic) ?? []
    if (messages.length === 0) byTopic.set(topic, messages)
    messages.push({ key, value, partition })
  }
  return [...byTopic].map(([topic, messages]) => ({ topic: topics.fullName(topic), messages }))
}

function describeTooLarge(records: readonly OutgoingRecord[]): string {
  const [first] = records
  const bytes = records.reduce((sum, { value }) => sum + (value === null ? 0 : Buffer.byteLength(value)), 0)
  return `Kafka refused ${records.length === 1 ? 'a record' : `${records.length} records`} of ${bytes} bytes for ${first?.topic}/${first?.partition}: too large.`
}
