import type { ConsumeOptions, LogRecord, Subscription } from '@livetally/core/events'
import type { Server, SimulatedProcess } from '../process.js'
import type { Schedule } from '../schedule.js'
import type { Weather } from '../weather.js'
import type { SimulatedTopics } from './topics.js'

/** A consumer group. Unlike the log in memory it has members that freeze, are taken for dead, and come back with what they had fetched. */
export interface SimulatedGroup {
  join(process: SimulatedProcess, options: ConsumeOptions): Subscription
  /** The session of this process has run out. */
  evict(process: SimulatedProcess): void
  /** Something was appended to the topic; without one, whatever there is to notice. */
  wake(topic?: string): void
  forget(topic: string): void
}

interface Member {
  readonly process: SimulatedProcess
  readonly topics: readonly string[]
  partitions: ReadonlyMap<string, readonly number[]>
  wake(): void
}

interface Parts { schedule: Schedule, weather: Weather, topics: SimulatedTopics, kafka: Server }

const MOST_RECORDS = 40

export function createSimulatedGroup(parts: Parts): SimulatedGroup {
  const { topics, schedule: { random } } = parts
  const positions = new Map<string, number>()
  let members: Member[] = []
  let generation = 0

  const rebalance = (): void => {
    generation += 1
    const shares = new Map(members.map((member) => [member, new Map<string, number[]>()]))
    let turn = random.whole(0, 7)
    for (const topic of new Set(members.flatMap((member) => member.topics))) {
      topics.partitions(topic).forEach((_, partition) => {
        const owner = members[turn++ % members.length]
        const share = owner && shares.get(owner)
        share?.set(topic, [...share.get(topic) ?? [], partition])
      })
    }
    for (const [member, share] of shares) member.partitions = share
    for (const member of members) member.wake()
  }
  const leave = (gone: (member: Member) => boolean): void => {
    const staying = members.filter((member) => !gone(member))
    if (staying.length === members.length) return
    members = staying
    rebalance()
  }
  return {
    join(process, options) {
      const member = createMember(process, options, positions, parts, {
        generation: () => generation,
        isIn: () => members.includes(member),
        enter: () => {
          members.push(member)
          rebalance()
        },
      })
      members.push(member)
      rebalance()
      return { [Symbol.asyncDispose]: async () => {
        leave((one) => one === member)
        await member.close()
      } }
    },
    evict(process) {
      const gone = members.filter((member) => member.process === process)
      leave((member) => member.process === process)
      // Its next heartbeat tells it: who slept in the meantime comes back, too.
      for (const member of gone) member.wake()
    },
    wake(topic) { for (const member of members) if (topic === undefined || member.topics.includes(topic)) member.wake() },
    forget(topic) {
      for (const place of [...positions.keys()]) if (place.startsWith(`${topic}/`)) positions.delete(place)
      if (members.some((member) => member.topics.includes(topic))) rebalance()
    },
  }
}

interface Membership { generation(): number, isIn(): boolean, enter(): void }

function createMember(process: SimulatedProcess, options: ConsumeOptions, positions: Map<string, number>, parts: Parts, group: Membership): Member & { close(): Promise<void> } {
  const { topics, weather, schedule: { random }, kafka } = parts
  let mine = -1
  let isHolding = false
  let isClosed = false
  let isWoken = true
  let ring: (() => void) | undefined
  let held: { topic: string, partition: number }[] = []

  const turn = (ms = weather.latency()): Promise<void> => new Promise((resolve) => { process.soon(ms, resolve) })
  const sleep = (): Promise<void> => new Promise((resolve) => { ring = resolve })
  const loseAll = async (): Promise<void> => {
    if (!isHolding) return
    isHolding = false
    await options.onLost()
  }
  const takeAssignment = async (): Promise<void> => {
    await loseAll()
    if (!group.isIn()) group.enter()
    mine = group.generation()
    const { partitions } = member
    await options.onAssigned(partitions)
    held = [...partitions].flatMap(([topic, numbers]) => numbers.map((partition) => ({ topic, partition })))
    isHolding = true
  }
  const fetch = (): { place: string, topic: string, partition: number, position: number, records: LogRecord[], behind: number } | undefined => {
    const found = held.map(({ topic, partition }) => {
      const records = topics.partitions(topic)[partition] ?? []
      const committed = positions.get(`${topic}/${partition}`) ?? 0
      // An offset that the topic does not reach any more begins anew, as with auto.offset.reset = earliest.
      return { place: `${topic}/${partition}`, topic, partition, position: committed > records.length ? 0 : committed, waiting: records }
    }).filter(({ position, waiting }) => position < waiting.length)
    if (found.length === 0) return undefined
    const { waiting, ...at } = random.pick(found)
    const records = waiting.slice(at.position, at.position + random.whole(1, MOST_RECORDS))
    return { ...at, records, behind: waiting.length - at.position - records.length }
  }
  const deliver = async (): Promise<boolean> => {
    const found = fetch()
    if (found === undefined) return false
    const { place, position, ...batch } = found
    const { records } = batch
    await options.onBatch({ ...batch, heartbeat: async () => {
      if (mine !== group.generation()) throw new Error('The group is sharing its partitions anew.')
    } })
    if (mine === group.generation()) positions.set(place, weather.forgetsPosition() ? Math.max(0, position - random.whole(0, 10)) : position + records.length)
    return true
  }
  const step = async (): Promise<void> => {
    if (kafka.isAway) {
      await loseAll()
      mine = -1
      return turn(1_000)
    }
    if (mine === group.generation() && isHolding) {
      if (await deliver() || isWoken) return turn()
      return sleep()
    }
    // What was fetched under the old assignment may still be handed over before the client notices.
    if (isHolding && random.chance(0.3)) await deliver()
    await takeAssignment()
    return turn()
  }
  const run = async (): Promise<void> => {
    while (!isClosed) {
      isWoken = false
      try {
        await step()
      } catch (error) {
        options.onTrouble?.(error instanceof Error ? error : new Error(String(error)))
        await turn(200 + random.next() * 500)
      }
    }
  }
  const member: Member & { close(): Promise<void> } = {
    process,
    topics: options.topics,
    partitions: new Map(),
    wake() {
      isWoken = true
      const waiting = ring
      ring = undefined
      if (waiting !== undefined) process.soon(weather.latency(), waiting)
    },
    async close() {
      isClosed = true
      member.wake()
      await running
    },
  }
  const running = turn().then(run)
  return member
}
