import { LogUnavailableError, type EventLog, type FollowOptions, type LogProducer, type Subscription } from '../event-log.js'
import { createMemoryGroup, type MemoryGroup, type MemoryPace } from './group.js'
import { createMemoryTopics, type MemoryTopics } from './topics.js'
import { asError, pause } from '../waiting.js'

export interface MemoryEventLogOptions {
  /** Records kept per partition; older ones are dropped, and whoever had not read them goes on behind the gap. Default 100,000. */
  keptRecords?: number
  /** As a broker's limit. Default 1 MB. */
  recordLimitBytes?: number
  /** Default: each delivery in a turn of the event loop of its own, and 50 ms before another attempt. */
  pace?: MemoryPace
}

export interface MemoryEventLog extends EventLog {
  /** As an operator may do to a Kafka topic. */
  deleteTopic(topic: string): void
}

const eventLoopPace: MemoryPace = {
  turn: () => new Promise((resolve) => { setImmediate(resolve) }),
  retry: () => pause(50),
}

/** The event log of one process: same promises, nothing outlives it. */
export function createMemoryEventLog({ keptRecords = 100_000, recordLimitBytes = 1_000_000, pace = eventLoopPace }: MemoryEventLogOptions = {}): MemoryEventLog {
  const topics = createMemoryTopics({ keptRecords, recordLimitBytes })
  const groups = new Map<string, MemoryGroup>()
  const followers = new Set<MemoryFollower>()
  const subscriptions = new Set<Subscription>()
  let isDisposed = false

  const assertOpen = (): void => {
    if (isDisposed) throw new LogUnavailableError('The event log has been closed.')
  }
  const wakeAll = (): void => {
    for (const group of groups.values()) group.wake()
    for (const follower of followers) follower.wake()
  }
  const forget = (topic: string): void => {
    for (const group of groups.values()) group.forget(topic)
    for (const follower of followers) follower.forget(topic)
  }
  const own = (part: Subscription): Subscription => {
    const owner: Subscription = {
      async [Symbol.asyncDispose]() {
        subscriptions.delete(owner)
        await part[Symbol.asyncDispose]()
      },
    }
    subscriptions.add(owner)
    return owner
  }
  return {
    async createTopics(specs) {
      assertOpen()
      topics.create(specs)
    },
    async partitionCount(topic) {
      assertOpen()
      return topics.partitions(topic).length
    },
    async producer() {
      assertOpen()
      return createMemoryProducer(topics, assertOpen, wakeAll)
    },
    async consume(options) {
      assertOpen()
      const group = groups.get(options.groupId) ?? createMemoryGroup(topics, pace)
      groups.set(options.groupId, group)
      return own(group.join(options))
    },
    async follow(options) {
      assertOpen()
      const follower = createMemoryFollower(topics, pace, options)
      followers.add(follower)
      return own({
        async [Symbol.asyncDispose]() {
          followers.delete(follower)
          follower.close()
        },
      })
    },
    async range(topic, partition) {
      assertOpen()
      const { first, next } = topics.partition(topic, partition)
      return { first: BigInt(first), next: BigInt(next) }
    },
    async read({ topic, partition, from, limit }) {
      assertOpen()
      return topics.partition(topic, partition).read(Number(from), limit)
    },
    isReachable: async () => !isDisposed,
    deleteTopic(topic) {
      topics.remove(topic)
      forget(topic)
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true
      await Promise.all([...subscriptions].map((subscription) => subscription[Symbol.asyncDispose]()))
    },
  }
}

function createMemoryProducer(topics: MemoryTopics, assertOpen: () => void, onAppended: () => void): LogProducer {
  let isClosed = false
  return {
    async send(records) {
      assertOpen()
      if (isClosed) throw new LogUnavailableError('The producer has been closed.')
      for (const record of records) {
        topics.partition(record.topic, record.partition).append(record)
      }
      onAppended()
    },
    async [Symbol.asyncDispose]() { isClosed = true },
  }
}

interface MemoryFollower {
  wake(): void
  forget(topic: string): void
  close(): void
}

function createMemoryFollower(topics: MemoryTopics, pace: MemoryPace, { topic, onRecords, onTrouble }: FollowOptions): MemoryFollower {
  let positions = topics.partitions(topic).map(({ next }) => next)
  let isClosed = false
  let isRunning = false
  const readAll = (): void => {
    topics.partitions(topic).forEach((partition, at) => {
      const records = partition.read(positions[at] ?? 0, Number.MAX_SAFE_INTEGER)
      positions[at] = partition.next
      if (records.length === 0) return
      try {
        onRecords(records)
      } catch (error) {
        onTrouble?.(asError(error))
      }
    })
  }
  const run = async (): Promise<void> => {
    await pace.turn()
    isRunning = false
    if (!isClosed) readAll()
  }
  return {
    wake() {
      if (isRunning || isClosed) return
      isRunning = true
      void run()
    },
    forget(gone) { if (gone === topic) positions = [] },
    close() { isClosed = true },
  }
}
