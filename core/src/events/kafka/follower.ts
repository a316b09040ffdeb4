import { randomUUID } from 'node:crypto'
import type { Consumer, EachBatchPayload } from 'kafkajs'
import type { FollowOptions, LogRecord, Subscription } from '../event-log.js'
import { runGroupMember, type KafkaReaderSettings, type Life, type Reading } from './group-member.js'
import type { KafkaTopics } from './topics.js'
import { asError } from '../waiting.js'

interface Position {
  offset: bigint
  /** When the record before was sent, by its sender's clock; else when following began. Milliseconds. */
  newestAt: number
}

type Positions = Map<number, Position>

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
    isAlone: true,
    groupId: newGroup,
    onTrouble,
    onMissingTopic: () => restoreTopic(topics, topic, positions),
    read: (consumer, life) => createFollowing({ consumer, life, topics, topic, positions, tell }),
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
  const newestAt = Date.now()
  for (const { partition, low, high } of await topics.offsets(topic)) {
    const known = positions.get(partition)
    if (known === undefined) positions.set(partition, { offset: isNew ? high : low, newestAt })
    else if (known.offset > high || known.offset < low) known.offset = low
  }
}

/**
 * A topic of the same name may be another one by now, in which offsets begin again. The times of the records tell: nothing
 * that is newer than what was read last lies before our position, unless it lies in another topic. True if a position moved.
 */
async function restoreTopic(topics: KafkaTopics, topic: string, positions: Positions): Promise<boolean> {
  await topics.restore([topic])
  const unread = await topics.offsetsSince(topic, new Map([...positions].map(([partition, { newestAt }]) => [partition, newestAt + 1])))
  const behind = [...positions].filter(([partition, { offset }]) => (unread.get(partition) ?? 0n) < offset)
  for (const [partition, position] of behind) position.offset = unread.get(partition) ?? 0n
  return behind.length > 0
}

interface FollowingOptions {
  consumer: Consumer
  life: Life
  topics: KafkaTopics
  topic: string
  positions: Positions
  tell(records: LogRecord[]): void
}

function createFollowing({ consumer, life, topics, topic, positions, tell }: FollowingOptions): Reading {
  const fullName = topics.fullName(topic)
  let isStopped = false
  // Seeking is queued until the first fetch, and this event comes before it: no fetch can start anywhere else.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const partition of payload.memberAssignment[fullName] ?? []) {
      consumer.seek({ topic: fullName, partition, offset: String(positions.get(partition)?.offset ?? 0n) })
    }
  })
  const eachBatch = async ({ batch, resolveOffset }: EachBatchPayload): Promise<void> => {
    const last = batch.messages.at(-1)
    if (last === undefined || isStopped || life.over.aborted) return
    positions.set(batch.partition, { offset: BigInt(last.offset) + 1n, newestAt: Number(last.timestamp) })
    resolveOffset(last.offset)
    tell(batch.messages.map(({ offset, key, value }) => ({ topic, partition: batch.partition, offset, key: key?.toString('utf8'), value })))
  }
  return {
    async begin() {
      await takePositions(topics, topic, positions)
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 1, eachBatch })
    },
    async stop() { isStopped = true },
  }
}
