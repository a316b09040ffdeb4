import { randomUUID } from 'node:crypto'
import type { Consumer } from 'kafkajs'
import type { FollowOptions, LogRecord, Subscription } from './event-log.js'
import { runGroupMember, type KafkaReaderSettings, type MemberRun } from './kafka-group-member.js'
import type { KafkaTopics } from './kafka-topics.js'
import { asError } from './waiting.js'

/** Next offset per partition. */
type Positions = Map<number, bigint>

/**
 * Reads one topic alone, from its end at the time of the call. kafkajs cannot read without a group, so each life has a group
 * to itself, of which it is the only member and thus holds every partition. Positions are kept here: after a crash it goes on
 * where it stood, and in a topic that was created anew, at the beginning.
 */
export async function createKafkaFollower(settings: KafkaReaderSettings, topics: KafkaTopics, options: FollowOptions): Promise<Subscription> {
  const { topic, onRecords } = options
  const positions: Positions = new Map()
  const groups: string[] = []
  const onTrouble = (error: Error): void => options.onTrouble?.(error)
  const newGroup = (): string => {
    const group = topics.fullName(`follow.${topic}.${randomUUID()}`)
    groups.push(group)
    return group
  }
  const tell = (records: LogRecord[]): void => {
    try {
      onRecords(records)
    } catch (error) {
      onTrouble(asError(error))
    }
  }
  const member = await runGroupMember(settings, topics, {
    topics: [topic],
    groupId: newGroup,
    onTrouble,
    onMissingTopic: () => restoreTopic(topics, topic, positions),
    async start(consumer, abandoned) {
      await takePositions(topics, topic, positions)
      return startFollowing(consumer, abandoned, topics.fullName(topic), topic, positions, tell)
    },
  })
  return {
    async [Symbol.asyncDispose]() {
      await member[Symbol.asyncDispose]()
      await Promise.allSettled(groups.slice(-3).map((group) => topics.deleteGroup(group)))
    },
  }
}

/** Partitions not seen before begin at their end when the reader is new, and at their first record when it is not. */
async function takePositions(topics: KafkaTopics, topic: string, positions: Positions): Promise<void> {
  const isNew = positions.size === 0
  for (const { partition, low, high } of await topics.offsets(topic)) {
    const known = positions.get(partition)
    if (known === undefined) positions.set(partition, isNew ? high : low)
    else if (known > high || known < low) positions.set(partition, low)
  }
}

/** True if the topic is a new one, which is then to be read from its beginning. */
async function restoreTopic(topics: KafkaTopics, topic: string, positions: Positions): Promise<boolean> {
  const isRestored = (await topics.restore([topic])).includes(topic)
  const isNew = isRestored || (await topics.offsets(topic)).some(({ partition, high }) => (positions.get(partition) ?? 0n) > high)
  if (isNew) for (const partition of positions.keys()) positions.set(partition, 0n)
  return isNew
}

async function startFollowing(
  consumer: Consumer, abandoned: AbortSignal, fullName: string, topic: string, positions: Positions, tell: (records: LogRecord[]) => void,
): Promise<MemberRun> {
  let isStopped = false
  // Seeking is queued until the first fetch, and this event comes before it: no fetch can start anywhere else.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const partition of payload.memberAssignment[fullName] ?? []) {
      consumer.seek({ topic: fullName, partition, offset: String(positions.get(partition) ?? 0n) })
    }
  })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 1,
    async eachBatch({ batch, resolveOffset }) {
      const last = batch.messages.at(-1)
      if (last === undefined || isStopped || abandoned.aborted) return
      positions.set(batch.partition, BigInt(last.offset) + 1n)
      resolveOffset(last.offset)
      tell(batch.messages.map(({ offset, key, value }) => ({ topic, partition: batch.partition, offset, key: key?.toString('utf8'), value })))
    },
  })
  return {
    async stop() { isStopped = true },
    async end() { isStopped = true },
  }
}
