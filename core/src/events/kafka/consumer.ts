import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { ConsumeOptions, LogRecord, Subscription } from '../event-log.js'
import { createAssignmentKeeper, type AssignmentKeeper } from './assignment.js'
import { runGroupMember, type KafkaReaderSettings, type Life, type Reading } from './group-member.js'
import type { KafkaTopics } from './topics.js'
import { answerWithin } from '../waiting.js'

/** The position is only a hint to the counting, so it is written twice a second and not once a batch. */
const COMMIT_EVERY_MS = 500

/** Reads as a member of a group until disposed. See `ConsumeOptions` for what is promised. */
export function createKafkaConsumer(settings: KafkaReaderSettings, topics: KafkaTopics, options: ConsumeOptions): Promise<Subscription> {
  const keeper = createAssignmentKeeper(options)
  const newest = { committer: createCommitter() }
  return runGroupMember(settings, topics, {
    topics: options.topics,
    groupId: () => topics.fullName(options.groupId),
    onTrouble: (error) => options.onTrouble?.(error),
    // With a topic the broker forgets the group's position in it: we must not write the old one back.
    async onMissingTopic() {
      newest.committer.close()
      await topics.restore(options.topics)
      return true
    },
    read(consumer, life) {
      newest.committer = createCommitter()
      return createReading({ consumer, life, topics, keeper, committer: newest.committer, options })
    },
  })
}

interface ReadingOptions {
  consumer: Consumer
  life: Life
  topics: KafkaTopics
  keeper: AssignmentKeeper
  committer: Committer
  options: ConsumeOptions
}

function createReading({ consumer, life, topics, keeper, committer, options }: ReadingOptions): Reading {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    if (life.over.aborted) return
    keeper.assign(new Map(Object.entries(payload.memberAssignment).map(([name, partitions]) => [topics.shortName(name), partitions])))
  })
  consumer.on(consumer.events.REBALANCING, () => {
    // Sent before the request to join, on the same connection: the group still takes it.
    void committer.commit()
    if (!life.over.aborted) void keeper.lose()
  })
  const timer = setInterval(() => void committer.commit(), COMMIT_EVERY_MS)
  life.over.addEventListener('abort', () => {
    clearInterval(timer)
    committer.close()
    void keeper.lose()
  }, { once: true })
  return {
    begin: () => consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => {
        committer.use(payload)
        return life.work(() => handOver(payload, life, topics, keeper, options))
      },
    }),
    async stop() {
      await keeper.close()
      await committer.commit()
    },
  }
}

/** How long the broker may take to hear that we are alive. */
const HEARTBEAT_LIMIT_MS = 11_000

async function handOver(payload: EachBatchPayload, life: Life, topics: KafkaTopics, keeper: AssignmentKeeper, options: ConsumeOptions): Promise<void> {
  const { batch, heartbeat, resolveOffset, isRunning } = payload
  const { partition } = batch
  const topic = topics.shortName(batch.topic)
  const last = batch.messages.at(-1)
  if (last === undefined) return
  const records = batch.messages.map((message) => new KafkaRecord(topic, partition, message))
  await keeper.deliver({ topic, partition, records, behind: Math.max(0, Number(batch.highWatermark) - Number(last.offset) - 1), heartbeat: () => answerWithin(HEARTBEAT_LIMIT_MS, heartbeat()) }, {
    isStale: () => life.over.aborted || !isRunning(),
    onDelivered: () => resolveOffset(last.offset),
    onFailed: (error) => options.onTrouble?.(error),
  })
}

/** A class for speed: a backlog has many records, and hardly anybody asks for their keys. */
class KafkaRecord implements LogRecord {
  readonly offset: string
  readonly value: Buffer | null
  readonly #key: Buffer | null

  constructor(readonly topic: string, readonly partition: number, { offset, key, value }: KafkaMessage) {
    this.offset = offset
    this.value = value
    this.#key = key
  }

  get key(): string | undefined {
    return this.#key?.toString('utf8')
  }
}

interface Committer {
  use(payload: EachBatchPayload): void
  /** Writes the positions that have moved. A failure is no harm: the records come again. */
  commit(): Promise<void>
  /** Writes nothing any more. */
  close(): void
}

function createCommitter(): Committer {
  let newest: EachBatchPayload | undefined
  let isClosed = false
  return {
    close() { isClosed = true },
    use(payload) { newest = payload },
    async commit() {
      if (newest === undefined || isClosed) return
      try {
        const moved = newest.uncommittedOffsets()
        if (moved.topics.some(({ partitions }) => partitions.length > 0)) await newest.commitOffsetsIfNecessary(moved)
      } catch {
        // The group has moved on; whoever holds the partitions now reads again from the older position.
      }
    },
  }
}
