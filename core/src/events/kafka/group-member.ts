import type { Consumer } from 'kafkajs'
import type { Subscription } from '../event-log.js'
import { createKafkaClient, endWithin, protocolErrorType, type KafkaClient, type KafkaConnectionSettings } from './client.js'
import type { KafkaTopics } from './topics.js'
import { watchClock, watchMissingTopic, watchSilence } from './watches.js'
import { asError, createBackoff, isAnyoneListening, pause } from '../waiting.js'

export interface KafkaReaderSettings extends KafkaConnectionSettings {
  /** After this long without a sign of life, the group gives a member's partitions to others. */
  sessionTimeoutMs: number
}

/** What the one who reads must know of this life of the member. */
export interface Life {
  /** It is over; nothing of it counts any more. */
  readonly over: AbortSignal
  /** Work on a batch goes through here: meanwhile nobody takes silence for death. */
  work<Result>(task: () => Promise<Result>): Promise<Result>
}

export interface Reading {
  /** Begins to read; the consumer is connected and subscribed. */
  begin(): Promise<void>
  /** A farewell in order, before the member leaves its group. */
  stop(): Promise<void>
}

export interface MemberOptions {
  topics: readonly string[]
  /** The only member of its group: nobody waits for its partitions, so it need not ask or give signs of life often. */
  isAlone?: boolean
  /** Asked anew for each life. */
  groupId(): string
  /** Called for each life, before it connects. */
  read(consumer: Consumer, life: Life): Reading
  /**
   * The broker says that a topic does not exist. Brings it back; true if positions in it may be void, so that this life should
   * end and another begin.
   */
  onMissingTopic(): Promise<boolean>
  onTrouble(error: Error): void
}

/** The shortest session timeout that brokers take unless they have been told otherwise. */
const USUAL_SESSION_TIMEOUT_MS = 6_000

/** How long a group waits for members that are busy, before it shares the partitions without them. */
const REBALANCE_LIMIT_MS = 10_000

/** Of a member that is alone. A third of it lies between two signs of life. */
const LONE_SESSION_TIMEOUT_MS = 10_000

/** How long the broker holds a fetch that finds nothing. It holds up everything else that a consumer does (leaving, rebalancing) for as long. */
const IDLE_FETCH_MS = 250
const LONE_IDLE_FETCH_MS = 500

/** How long a new reader waits for its group, before it goes on trying unobserved. */
const FIRST_JOIN_LIMIT_MS = 5_000

/**
 * Keeps a member of a consumer group alive: kafkajs repeats what it can, and gives up on the rest; then a new consumer takes
 * over, after 100 ms, 200 ms … 2 s. Resolves when the group has been joined for the first time, or when that has met trouble.
 */
export async function runGroupMember(settings: KafkaReaderSettings, topics: KafkaTopics, options: MemberOptions): Promise<Subscription> {
  const disposal = new AbortController()
  const settled = new AbortController()
  const backoff = createBackoff()
  const session = { timeoutMs: options.isAlone === true ? LONE_SESSION_TIMEOUT_MS : settings.sessionTimeoutMs }
  const onJoined = (): void => {
    backoff.reset()
    settled.abort()
  }
  const live = async (): Promise<void> => {
    while (!disposal.signal.aborted) {
      const error = await liveOnce({ settings, topics, options, session, disposal: disposal.signal, onJoined })
      if (error === undefined) return
      if (protocolErrorType(error) === 'INVALID_SESSION_TIMEOUT' && session.timeoutMs < USUAL_SESSION_TIMEOUT_MS) {
        session.timeoutMs = USUAL_SESSION_TIMEOUT_MS
        continue
      }
      options.onTrouble(error)
      settled.abort()
      await pause(backoff.next(), disposal.signal)
    }
  }
  const living = live()
  await pause(FIRST_JOIN_LIMIT_MS, settled.signal)
  return {
    async [Symbol.asyncDispose]() {
      disposal.abort()
      await living
    },
  }
}

interface LifeOptions {
  settings: KafkaReaderSettings
  topics: KafkaTopics
  options: MemberOptions
  session: { timeoutMs: number }
  disposal: AbortSignal
  onJoined(): void
}

/** Resolves with what ended it; undefined if it was disposed of. */
async function liveOnce({ settings, topics, options, session, disposal, onJoined }: LifeOptions): Promise<Error | undefined> {
  const over = new AbortController()
  const missing = watchMissingTopic(options.topics, options.onMissingTopic)
  const client = createKafkaClient(settings, missing.notice)
  const rebalanceTimeout = Math.max(REBALANCE_LIMIT_MS, session.timeoutMs)
  const consumer = createConsumer(client, options, session.timeoutMs, rebalanceTimeout)
  const silence = watchSilence(consumer, rebalanceTimeout + 5_000, over.signal)
  const reading = options.read(consumer, { over: over.signal, work: silence.work })
  const crash = new Promise<Error>((resolve) => consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error)))
  const disposed = new Promise<'disposed'>((resolve) => disposal.addEventListener('abort', () => resolve('disposed'), { once: true, signal: over.signal }))
  consumer.on(consumer.events.GROUP_JOIN, onJoined)
  const begin = async (): Promise<Error> => {
    if (!await isAnyoneListening(settings.brokers)) return new Error(`no Kafka broker answers at ${settings.brokers.join(', ')}`)
    await topics.restore(options.topics)
    await consumer.connect()
    await consumer.subscribe({ topics: options.topics.map((topic) => topics.fullName(topic)), fromBeginning: true })
    await reading.begin()
    return crash
  }
  const outcome = await Promise.race([begin().catch(asError), crash, missing.confirmed, silence.tooLong, watchClock(over.signal), disposed])
  if (outcome === 'disposed') {
    await endWithin(client, 3_000, reading.stop().then(() => consumer.disconnect()))
    over.abort()
    return undefined
  }
  over.abort()
  await endWithin(client, 1_000, consumer.disconnect())
  return outcome
}

function createConsumer({ kafka }: KafkaClient, { groupId, isAlone = false }: MemberOptions, sessionTimeout: number, rebalanceTimeout: number): Consumer {
  return kafka.consumer({
    groupId: groupId(),
    sessionTimeout,
    rebalanceTimeout,
    heartbeatInterval: Math.floor(sessionTimeout / 3),
    maxWaitTimeInMs: isAlone ? LONE_IDLE_FETCH_MS : IDLE_FETCH_MS,
    minBytes: 1,
    // Little enough to die young in memory, shared by partitions that all have a backlog.
    maxBytes: 1_048_576,
    maxBytesPerPartition: 262_144,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => false },
  })
}
