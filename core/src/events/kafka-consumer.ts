import type { Consumer, EachBatchPayload } from 'kafkajs'
import type { ConsumeOptions, LogRecord, Subscription } from './event-log.js'
import { createAssignmentKeeper, type AssignmentKeeper } from './kafka-assignment.js'
import { runGroupMember, type KafkaReaderSettings, type MemberRun } from './kafka-group-member.js'
import type { KafkaTopics } from './kafka-topics.js'

/** The position is only a hint to the counting, so it is written twice a second and not once a batch. */
const COMMIT_EVERY_MS = 500

/** Reads as a member of a group until disposed. See `ConsumeOptions` for what is promised. */
export function createKafkaConsumer(settings: KafkaReaderSettings, topics: KafkaTopics, options: ConsumeOptions): Promise<Subscription> {
  const keeper = createAssignmentKeeper(options)
  const life = { committer: createCommitter() }
  return runGroupMember(settings, topics, {
    topics: options.topics,
    groupId: () => topics.fullName(options.groupId),
    onTrouble: (error) => options.onTrouble?.(error),
    // With a topic the broker forgets the group's position in it: we must not write the old one back.
    async onMissingTopic() {
      life.committer.close()
      await topics.restore(options.topics)
      return true
    },
    start(consumer, abandoned) {
      life.committer = createCommitter()
      return startReading(consumer, abandoned, topics, keeper, life.committer, options)
    },
  })
}

async function startReading(
  consumer: Consumer, abandoned: AbortSignal, topics: KafkaTopics, keeper: AssignmentKeeper, committer: Committer, options: ConsumeOptions,
): Promise<MemberRun> {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    keeper.assign(new Map(Object.entries(payload.memberAssignment).map(([name, partitions]) => [topics.shortName(name), partitions])))
  })
  consumer.on(consumer.events.REBALANCING, () => {
    // Sent before the request to join, on the same connection: the group still takes it.
    void committer.commit()
    void keeper.lose()
  })
  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    committer.use(payload)
    const { batch, resolveOffset, isRunning } = payload
    const topic = topics.shortName(batch.topic)
    const last = batch.messages.at(-1)
    if (last === undefined) return
    const records = batch.messages.map(({ offset, key, value }): LogRecord => ({
      topic, partition: batch.partition, offset, key: key?.toString('utf8'), value,
    }))
    await keeper.deliver({ topic, partition: batch.partition, records, heartbeat: payload.heartbeat }, {
      isStale: () => abandoned.aborted || !isRunning(),
      onDelivered: () => resolveOffset(last.offset),
      onFailed: (error) => options.onTrouble?.(error),
    })
  }
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 1, eachBatch })
  const timer = setInterval(() => void committer.commit(), COMMIT_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await keeper.close()
      await committer.commit()
    },
    async end() {
      clearInterval(timer)
      await keeper.lose()
    },
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
