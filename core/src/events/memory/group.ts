import type { ConsumeOptions, Subscription } from '../event-log.js'
import type { MemoryTopics } from './topics.js'
import { asError } from '../waiting.js'

/** How the log in memory lets others have their turn; a simulation puts its own order here. */
export interface MemoryPace {
  /** Awaited between deliveries. */
  turn(): Promise<void>
  /** Awaited before something that failed is tried again. */
  retry(): Promise<void>
}

export interface MemoryGroup {
  join(options: ConsumeOptions): Subscription
  /** There is something to read. */
  wake(): void
  /** The topic has gone, or has come back with other partitions: its positions are void. */
  forget(topic: string): void
}

interface Member {
  readonly options: ConsumeOptions
  /** What the group gives it, in the generation. */
  partitions: ReadonlyMap<string, readonly number[]>
  wake(): void
}

/** Most records of one batch. */
const BATCH_RECORDS = 500

/** A consumer group: shares the partitions of its topics evenly, and shares them anew whenever a member comes or goes. */
export function createMemoryGroup(topics: MemoryTopics, pace: MemoryPace): MemoryGroup {
  const members: Member[] = []
  const positions = new Map<string, number>()
  let generation = 0

  const rebalance = (): void => {
    generation += 1
    const shares = new Map(members.map((member) => [member, new Map<string, number[]>()]))
    let turn = 0
    for (const topic of new Set(members.flatMap(({ options }) => options.topics))) {
      const readers = members.filter(({ options }) => options.topics.includes(topic))
      topics.partitions(topic).forEach((_, partition) => {
        const share = shares.get(readers[turn++ % readers.length] ?? never())
        share?.set(topic, [...share.get(topic) ?? [], partition])
      })
    }
    for (const [member, share] of shares) member.partitions = share
    for (const member of members) member.wake()
  }
  return {
    join(options) {
      const loop = createMemberLoop({ options, topics, positions, pace, generation: () => generation })
      members.push(loop)
      rebalance()
      return {
        async [Symbol.asyncDispose]() {
          if (members.includes(loop)) {
            members.splice(members.indexOf(loop), 1)
            loop.close()
            rebalance()
          }
          await loop.idle()
        },
      }
    },
    wake() { for (const member of members) member.wake() },
    forget(topic) {
      for (const place of [...positions.keys()]) if (place.startsWith(`${topic}/`)) positions.delete(place)
      if (members.some(({ options }) => options.topics.includes(topic))) rebalance()
    },
  }
}

interface MemberLoop extends Member {
  close(): void
  /** Resolves when nothing of its owner's is running. */
  idle(): Promise<void>
}

interface LoopOptions {
  options: ConsumeOptions
  topics: MemoryTopics
  /** The group's position per `topic/partition`. */
  positions: Map<string, number>
  pace: MemoryPace
  generation(): number
}

function createMemberLoop({ options, topics, positions, pace, generation }: LoopOptions): MemberLoop {
  let mine = 0
  let isHolding = false
  let isClosed = false
  let cursor = 0
  let running: Promise<void> | undefined
  let isWoken = false

  const takeAssignment = async (loop: Member): Promise<void> => {
    mine = generation()
    if (isHolding) {
      isHolding = false
      await options.onLost()
    }
    await options.onAssigned(loop.partitions)
    isHolding = true
  }
  const deliverNext = async (loop: Member): Promise<boolean> => {
    const held = [...loop.partitions].flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })))
    for (let step = 0; step < held.length; step += 1) {
      const at = held[(cursor + step) % held.length] ?? never()
      const place = `${at.topic}/${at.partition}`
      const partition = topics.partitions(at.topic)[at.partition]
      const position = Math.max(positions.get(place) ?? 0, partition?.first ?? 0)
      const records = partition?.read(position, BATCH_RECORDS) ?? []
      if (records.length === 0) continue
      cursor = (cursor + step + 1) % held.length
      await options.onBatch({ ...at, records, behind: (partition?.next ?? 0) - position - records.length, heartbeat: async () => assertCurrent(mine === generation()) })
      // A batch that outlived its assignment moves nothing: its records come again, to whoever holds them now.
      if (mine === generation()) positions.set(place, position + records.length)
      return true
    }
    return false
  }
  const run = async (loop: Member): Promise<void> => {
    await pace.turn()
    while (!isClosed) {
      isWoken = false
      try {
        if (mine !== generation() || !isHolding) await takeAssignment(loop)
        else if (!await deliverNext(loop) && !isWoken) {
          // At once, not when the promise settles: a wake in between would find nobody.
          running = undefined
          return
        }
        if (!isClosed) await pace.turn()
      } catch (error) {
        options.onTrouble?.(asError(error))
        if (mine === generation() && !isHolding) mine = -1
        await pace.retry()
      }
    }
  }
  const loop: MemberLoop = {
    options,
    partitions: new Map(),
    wake() {
      isWoken = true
      if (!isClosed) running ??= run(loop)
    },
    close() { isClosed = true },
    idle: async () => { await running },
  }
  return loop
}

function assertCurrent(isCurrent: boolean): void {
  if (!isCurrent) throw new Error('The group is sharing its partitions anew.')
}

function never(): never {
  throw new Error('an index ran out of its list')
}
