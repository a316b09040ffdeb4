import { LogUnavailableError, type EventLog } from '../event-log.js'
import { createKafkaConsumer } from './consumer.js'
import { createKafkaFollower } from './follower.js'
import type { KafkaLogLine } from './client.js'
import type { KafkaSecurity } from './security.js'
import { createKafkaLookup } from './lookup.js'
import { createKafkaProducer } from './producer.js'
import { createKafkaTopics } from './topics.js'

export interface KafkaEventLogOptions {
  /** `host:port` of one broker or more; the others are found through them. */
  brokers: readonly string[]
  /** Goes before the name of every topic and consumer group, so that installations can share a cluster. */
  topicPrefix: string
  clientId: string
  /** For brokers that want encryption, or to know who comes. */
  security?: KafkaSecurity | undefined
  /** After this long without a sign of life, others take over a reader's partitions. Default 6 s; brokers may refuse less. */
  sessionTimeoutMs?: number
  /** Hears what the client library would have printed. */
  onLog?: (line: KafkaLogLine) => void
}

/** The event log on Apache Kafka. Nothing is connected before it is needed; disposing takes a few seconds at most. */
export function createKafkaEventLog({ brokers, topicPrefix, clientId, security, sessionTimeoutMs = 6_000, onLog }: KafkaEventLogOptions): EventLog {
  const settings = { brokers, clientId, security, sessionTimeoutMs, onLog }
  const topics = createKafkaTopics(settings, topicPrefix)
  const lookup = createKafkaLookup(settings, topics)
  const owned = new Set<AsyncDisposable>()
  let isDisposed = false

  const assertOpen = (): void => {
    if (isDisposed) throw new LogUnavailableError('The event log has been closed.')
  }
  const own = <Part extends AsyncDisposable>(part: Part): Part => {
    const owner: Part = {
      ...part,
      async [Symbol.asyncDispose]() {
        owned.delete(owner)
        await part[Symbol.asyncDispose]()
      },
    }
    owned.add(owner)
    return owner
  }
  const ownOnceReady = async <Part extends AsyncDisposable>(ready: Promise<Part>): Promise<Part> => {
    const part = own(await ready)
    if (!isDisposed) return part
    await part[Symbol.asyncDispose]()
    throw new LogUnavailableError('The event log has been closed.')
  }
  return {
    async createTopics(specs) {
      assertOpen()
      await topics.create(specs)
    },
    async partitionCount(topic) {
      assertOpen()
      return topics.partitionCount(topic)
    },
    async producer() {
      assertOpen()
      return own(createKafkaProducer(settings, topics))
    },
    async consume(options) {
      assertOpen()
      return ownOnceReady(createKafkaConsumer(settings, topics, options))
    },
    async follow(options) {
      assertOpen()
      return ownOnceReady(createKafkaFollower(settings, topics, options))
    },
    async range(topic, partition) {
      assertOpen()
      return lookup.range(topic, partition)
    },
    async read(options) {
      assertOpen()
      return lookup.read(options)
    },
    isReachable: () => topics.isReachable(),
    async [Symbol.asyncDispose]() {
      isDisposed = true
      await Promise.all([...owned].map((part) => part[Symbol.asyncDispose]()))
    },
  }
}
