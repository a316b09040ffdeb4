import { setTimeout as pause } from 'node:timers/promises'
import { KAFKA_AWAY, recoversFromEnd } from './faults/fault-kinds.js'
import { keepKafkaAway, prepareDeed, type Deed } from './faults/inflict.js'
import type { PlannedFault } from './faults/schedule.js'
import type { FaultDone } from './history/history.js'
import type { World } from './world/world.js'

export interface ConductorOptions {
  lengthMs: number
  kafkaAwayMs?: number
  record: (fault: FaultDone) => void
  tell: (line: string) => void
  /** How it stands, in a few words. */
  status: () => string
  signal?: AbortSignal
}

const STATUS_EVERY_MS = 10_000

/** Does to the world what is planned, each in its time, and resolves when all of it and the time are over. */
export async function runSchedule(world: World, faults: readonly PlannedFault[], options: ConductorOptions): Promise<void> {
  const { lengthMs, kafkaAwayMs, tell, signal } = options
  const began = performance.now()
  const until = (ms: number) => pause(Math.max(0, began + ms - performance.now()), undefined, signal === undefined ? {} : { signal })
  const ticker = setInterval(() => tell(`${clock(performance.now() - began)} · ${options.status()}`), STATUS_EVERY_MS)
  const deeds: Promise<void>[] = []
  const begin = (kind: string, deed: Deed): void => {
    tell(`${clock(performance.now() - began)} · ${kind}: ${deed.target}`)
    deeds.push(carryOut(kind, deed, options.record))
  }
  try {
    for (const fault of faults) {
      await until(fault.atMs)
      begin(fault.kind, prepareDeed(world, fault))
    }
    if (kafkaAwayMs !== undefined) {
      await until(lengthMs / 2)
      begin(KAFKA_AWAY, { target: 'Kafka', apis: [], work: () => keepKafkaAway(world, kafkaAwayMs, signal) })
    }
    await until(lengthMs + (kafkaAwayMs ?? 0))
  } finally {
    clearInterval(ticker)
    await Promise.all(deeds)
  }
}

async function carryOut(kind: string, { target, apis, aim, work }: Deed, record: (fault: FaultDone) => void): Promise<void> {
  await aim?.()
  const at = Date.now()
  await work()
  const endedAt = Date.now()
  record({ type: 'fault', kind, target, apis, at, endedAt, recoversFrom: recoversFromEnd(kind) ? endedAt : at })
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
