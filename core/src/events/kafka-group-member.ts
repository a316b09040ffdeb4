import type { Consumer } from 'kafkajs'
import type { Subscription } from './event-log.js'
import { createKafkaClient, endWithin, protocolErrorType, type KafkaClient, type KafkaConnectionSettings } from './kafka-client.js'
import type { KafkaTopics } from './kafka-topics.js'
import { asError, createBackoff, isAnyoneListening, pause } from './waiting.js'

export interface KafkaReaderSettings extends KafkaConnectionSettings {
  /** After this long without a sign of life, the group gives a member's partitions to others. */
  sessionTimeoutMs: number
}

/** One life of a member, from its start to a crash or to the end. */
export interface MemberRun {
  /** A farewell in order, before the member leaves its group. */
  stop(): Promise<void>
  /** The connection is gone. */
  end(): Promise<void>
}

export interface MemberOptions {
  topics: readonly string[]
  /** Asked anew for each life. */
  groupId(): string
  /** Begins to read; the consumer is connected and subscribed. */
  start(consumer: Consumer, abandoned: AbortSignal): Promise<MemberRun>
  /**
   * The broker says that a topic does not exist. Brings it back; true if positions in it may be void, so that this life should
   * end and another begin.
   */
  onMissingTopic(): Promise<boolean>
  onTrouble(error: Error): void
}

/** The shortest session timeout that brokers take unless they have been told otherwise. */
const USUAL_SESSION_TIMEOUT_MS = 6_000

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
  const session = { timeoutMs: settings.sessionTimeoutMs }
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

interface Life {
  settings: KafkaReaderSettings
  topics: KafkaTopics
  options: MemberOptions
  session: { timeoutMs: number }
  disposal: AbortSignal
  onJoined(): void
}

/** Resolves with what ended it; undefined if it was disposed of. */
async function liveOnce({ settings, topics, options, session, disposal, onJoined }: Life): Promise<Error | undefined> {
  const abandoned = new AbortController()
  const missing = createMissingTopicWatch(options)
  const client = createKafkaClient(settings, missing.notice)
  const consumer = createConsumer(client, options.groupId(), session.timeoutMs)
  const settled = new AbortController()
  const end = new Promise<'disposed'>((resolve) => disposal.addEventListener('abort', () => resolve('disposed'), { once: true, signal: settled.signal }))
  const crash = new Promise<Error>((resolve) => consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error)))
  consumer.on(consumer.events.GROUP_JOIN, onJoined)
  let run: MemberRun | undefined
  const begin = async (): Promise<Error> => {
    if (!await isAnyoneListening(settings.brokers)) return new Error(`no Kafka broker answers at ${settings.brokers.join(', ')}`)
    await topics.restore(options.topics)
    await consumer.connect()
    await consumer.subscribe({ topics: options.topics.map((topic) => topics.fullName(topic)), fromBeginning: true })
    run = await options.start(consumer, abandoned.signal)
    return crash
  }
  const outcome = await Promise.race([begin().catch(asError), crash, missing.confirmed, end])
  settled.abort()
  if (outcome !== 'disposed') {
    abandoned.abort()
    await endWithin(client, 1_000, consumer.disconnect())
    await run?.end()
    return outcome
  }
  await endWithin(client, 3_000, (run?.stop() ?? Promise.resolve()).then(() => consumer.disconnect()))
  abandoned.abort()
  return undefined
}

function createConsumer({ kafka }: KafkaClient, groupId: string, sessionTimeout: number): Consumer {
  return kafka.consumer({
    groupId,
    sessionTimeout,
    rebalanceTimeout: Math.max(10_000, sessionTimeout),
    heartbeatInterval: Math.floor(sessionTimeout / 3),
    // An idle fetch holds up everything else that a consumer does (leaving, rebalancing) for as long.
    maxWaitTimeInMs: 50,
    minBytes: 1,
    maxBytes: 8_388_608,
    maxBytesPerPartition: 1_048_576,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => false },
  })
}

interface MissingTopicWatch {
  notice(): void
  /** Resolves when it is certain enough to begin anew. */
  confirmed: Promise<Error>
}

/**
 * kafkajs waits for a deleted topic for ever; and if it comes back soon, reads on from the old position, past new records.
 * A broker that has just started may say so wrongly: hence the second look, one at a time.
 */
function createMissingTopicWatch({ topics, onMissingTopic }: MemberOptions): MissingTopicWatch {
  let isLooking = false
  let confirm: (error: Error) => void = () => undefined
  const confirmed = new Promise<Error>((resolve) => { confirm = resolve })
  const look = async (): Promise<void> => {
    try {
      if (await onMissingTopic()) confirm(new Error(`a topic of ${topics.join(', ')} was deleted`))
    } catch {
      // The broker is away: whoever asks next is told again.
    }
    await pause(500)
    isLooking = false
  }
  return {
    confirmed,
    notice() {
      if (isLooking) return
      isLooking = true
      void look()
    },
  }
}
