import { LogUnavailableError, type EventLog, type FollowOptions, type Subscription } from '@livetally/core/events'
import type { Server, SimulatedProcess } from '../process.js'
import type { Schedule } from '../schedule.js'
import type { Weather } from '../weather.js'
import { createSimulatedGroup, type SimulatedGroup } from './group.js'
import { createSimulatedTopics, type SimulatedTopics } from './topics.js'

/** The broker, with the event log as each process reaches it. */
export interface Kafka extends Server {
  readonly topics: SimulatedTopics
  /** The event log as seen from one process. */
  eventLogOf(process: SimulatedProcess): EventLog
  /** The process has not been heard of for the length of a session. */
  evict(process: SimulatedProcess): void
  restart(awayMs: number): void
}

export function createKafka(schedule: Schedule, weather: Weather): Kafka {
  const topics = createSimulatedTopics(schedule, weather)
  const groups = new Map<string, SimulatedGroup>()
  let awayUntil = 0
  let incarnation = 1
  const kafka: Kafka = {
    name: 'kafka',
    get isAway() { return schedule.now < awayUntil },
    get incarnation() { return incarnation },
    unreachable: () => new LogUnavailableError('the broker cannot be reached'),
    patienceMs: 5_000,
    topics,
    restart(awayMs) {
      incarnation += 1
      awayUntil = schedule.now + awayMs
      for (const group of groups.values()) group.wake()
    },
    evict(process) { for (const group of groups.values()) group.evict(process) },
    eventLogOf: (process) => ({
      createTopics: async () => undefined,
      partitionCount: async (topic) => topics.partitions(topic).length,
      producer: async () => ({
        send: (records) => process.ask(kafka, `send ${records.length} to ${records[0]?.topic}`, () => {
          const reached = weather.tearsRequest() ? schedule.random.whole(0, records.length) : records.length
          for (const record of records.slice(0, reached)) topics.append(record)
          if (reached < records.length) throw new LogUnavailableError('the broker took a part and broke off')
        }),
        [Symbol.asyncDispose]: async () => undefined,
      }),
      consume: async (options) => {
        const group = groups.get(options.groupId) ?? createSimulatedGroup({ schedule, weather, topics, kafka })
        groups.set(options.groupId, group)
        return group.join(process, options)
      },
      follow: async (options) => follow(process, options, topics, weather),
      range: async (topic, partition) => ({ first: 0n, next: BigInt(topics.partitions(topic)[partition]?.length ?? 0) }),
      read: async ({ topic, partition, from, limit }) => [...topics.partitions(topic)[partition]?.slice(Number(from), Number(from) + limit) ?? []],
      isReachable: async () => !kafka.isAway,
      [Symbol.asyncDispose]: async () => undefined,
    }),
  }
  topics.onAppended((topic) => { for (const group of groups.values()) group.wake(topic) })
  topics.onWiped((topic) => { for (const group of groups.values()) group.forget(topic) })
  return kafka
}

function follow(process: SimulatedProcess, { topic, onRecords }: FollowOptions, topics: SimulatedTopics, weather: Weather): Subscription {
  let positions = topics.partitions(topic).map(({ length }) => length)
  let isPlanned = false
  let isClosed = false
  topics.onAppended((appended) => {
    if (appended !== topic || isPlanned || isClosed || process.state === 'DEAD') return
    isPlanned = true
    process.soon(weather.latency(), () => {
      isPlanned = false
      topics.partitions(topic).forEach((records, at) => {
        const news = records.slice(Math.max(0, (positions[at] ?? 0) - (weather.forgetsPosition() ? 3 : 0)))
        positions[at] = records.length
        if (news.length > 0 && !isClosed) onRecords([...news])
      })
    })
  })
  topics.onWiped((wiped) => { if (wiped === topic) positions = [] })
  return { [Symbol.asyncDispose]: async () => { isClosed = true } }
}
