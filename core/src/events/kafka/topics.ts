import type { Admin, ITopicConfig } from 'kafkajs'
import { LogUnavailableError, type TopicSpec } from '../event-log.js'
import { createKafkaClient, endWithin, protocolErrorType, workWithin, type KafkaConnectionSettings } from './client.js'
import { accessProblem } from './security.js'
import { createSerial } from '../serial.js'
import { TOPICS } from '../topics.js'
import { asError, createBackoff, isAnyoneListening, pause } from '../waiting.js'

/** Topics as the brokers know them; names come without the installation's prefix and leave with it. */
export interface KafkaTopics {
  fullName(topic: string): string
  shortName(fullName: string): string
  create(specs: readonly TopicSpec[]): Promise<void>
  /** Creates again those that are gone, from their known specs. */
  restore(topics: readonly string[]): Promise<void>
  /** Number of partitions, cached. */
  partitionCount(topic: string): Promise<number>
  /** First and next offset per partition. */
  offsets(topic: string): Promise<{ partition: number, low: bigint, high: bigint }[]>
  /** Per partition, the offset of its first record at or after a time (ms, by the sender's clock), or else its next offset. */
  offsetsSince(topic: string, since: ReadonlyMap<number, number>): Promise<Map<number, bigint>>
  deleteGroup(groupId: string): Promise<void>
  isReachable(): Promise<boolean>
}

/** How long one administrative call may take, with all its retries. */
const ADMIN_LIMIT_MS = 15_000

export function createKafkaTopics(settings: KafkaConnectionSettings, prefix: string): KafkaTopics {
  const specs = new Map(TOPICS.map((spec) => [spec.name, spec]))
  const counts = new Map<string, number>()
  const serial = createSerial()
  const fullName = (topic: string): string => `${prefix}${topic}`
  const administer = <Result>(work: (admin: Admin) => Promise<Result>, limitMs = ADMIN_LIMIT_MS): Promise<Result> => withAdmin(settings, limitMs, work)

  const create = async (admin: Admin, wanted: readonly TopicSpec[]): Promise<void> => {
    const present = new Set(await admin.listTopics())
    const missing = wanted.filter(({ name }) => !present.has(fullName(name)))
    if (missing.length === 0) return
    for (const { name } of missing) counts.delete(name)
    await admin.createTopics({ topics: missing.map((spec) => topicConfig(fullName(spec.name), spec)), waitForLeaders: true, timeout: 10_000 })
  }
  return {
    fullName,
    shortName: (name) => name.slice(prefix.length),
    async create(wanted) {
      for (const spec of wanted) specs.set(spec.name, spec)
      await serial.run(() => administer((admin) => create(admin, wanted)))
    },
    restore: (topics) => serial.run(() => administer((admin) => create(admin, topics.flatMap((topic) => specs.get(topic) ?? [])))),
    async partitionCount(topic) {
      const known = counts.get(topic)
      if (known !== undefined) return known
      return serial.run(() => administer(async (admin) => {
        const spec = specs.get(topic)
        if (spec !== undefined) await create(admin, [spec])
        else if (!(await admin.listTopics()).includes(fullName(topic))) throw new UnknownTopicError(`there is no topic ${fullName(topic)}`)
        const { topics: [metadata] } = await admin.fetchTopicMetadata({ topics: [fullName(topic)] })
        if (metadata === undefined) throw new UnknownTopicError(`there is no topic ${fullName(topic)}`)
        counts.set(topic, metadata.partitions.length)
        return metadata.partitions.length
      }))
    },
    offsets: (topic) => administer(async (admin) => {
      const offsets = await admin.fetchTopicOffsets(fullName(topic))
      return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
    }),
    offsetsSince: (topic, since) => administer(async (admin) => {
      const found = new Map<number, bigint>()
      for (const [partition, time] of since) {
        const offsets = await admin.fetchTopicOffsetsByTimestamp(fullName(topic), time)
        const mine = offsets.find((candidate) => candidate.partition === partition)
        if (mine !== undefined) found.set(partition, BigInt(mine.offset))
      }
      return found
    }),
    async deleteGroup(groupId) {
      await administer((admin) => admin.deleteGroups([groupId]), 1_000)
    },
    async isReachable() {
      try {
        return (await administer((admin) => admin.describeCluster(), 3_000)).brokers.length > 0
      } catch {
        return false
      }
    },
  }
}

class UnknownTopicError extends Error {
  override readonly name = 'UnknownTopicError'
}

/**
 * Repeats a call until it succeeds or its time is up: a broker that has just started, or a topic that has just been made, is
 * denied for a moment, and kafkajs lets some of that through. Without anybody listening it fails at once.
 */
async function withAdmin<Result>(settings: KafkaConnectionSettings, limitMs: number, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const until = performance.now() + limitMs
  const backoff = createBackoff(50, 500)
  for (;;) {
    if (!await isAnyoneListening(settings.brokers)) throw new LogUnavailableError(`No Kafka broker answers at ${settings.brokers.join(', ')}.`)
    try {
      return await callOnce(settings, Math.max(until - performance.now(), 1), work)
    } catch (error) {
      if (error instanceof UnknownTopicError) throw error
      const denied = accessProblem(error)
      if (denied !== undefined) throw new LogUnavailableError(denied, { cause: error })
      const wait = backoff.next()
      if (isFinal(error) || performance.now() + wait >= until) throw new LogUnavailableError(`Kafka did not do what was asked: ${asError(error).message}`, { cause: error })
      await pause(wait)
    }
  }
}

/** The broker has understood, and refuses. */
function isFinal(error: unknown): boolean {
  return protocolErrorType(error) !== undefined && error instanceof Error && 'retriable' in error && error.retriable === false
}

/** By a client of its own: such calls are rare enough, and none is stuck because an earlier one got stuck. */
async function callOnce<Result>(settings: KafkaConnectionSettings, limitMs: number, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const client = createKafkaClient(settings)
  const admin = client.kafka.admin()
  try {
    return await workWithin(client, limitMs, admin.connect().then(() => work(admin)))
  } finally {
    await endWithin(client, 1_000, admin.disconnect())
  }
}

function topicConfig(topic: string, { partitions, isCompacted = false, retentionMs }: TopicSpec): ITopicConfig {
  const policy = isCompacted ? (retentionMs === undefined ? 'compact' : 'compact,delete') : 'delete'
  return {
    topic,
    numPartitions: partitions,
    // The cluster's own default: 1 on a laptop, whatever its operators chose elsewhere.
    replicationFactor: -1,
    configEntries: [
      { name: 'cleanup.policy', value: policy },
      ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
    ],
  }
}
