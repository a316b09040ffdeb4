import { parseBallotDecided, TOPIC, type BallotDecided, type LogRecord } from '@livetally/core/events'
import { createAmbushes } from '../ambushes.js'
import type { Kafka } from '../kafka/kafka.js'
import { createProcess, type SimulatedProcess } from '../process.js'
import type { Schedule } from '../schedule.js'
import type { Weather } from '../weather.js'
import type { Handed } from './submissions.js'

/** Another system that hands ballots in over Kafka, with what it keeps on its own disk. */
export interface ThirdParty {
  readonly handed: readonly Handed[]
  /** Nothing that it sent is still on its way or unanswered. */
  isSettled(): boolean
}

interface Options {
  schedule: Schedule
  weather: Weather
  kafka: Kafka
  handed: readonly Handed[]
  startsAt: number
  /** Sends again until it has heard a verdict; else only until the broker has said that it has the record. */
  isInsistent: boolean
}

const PATIENCE_MS = 4_000
const MOST_DOWN_MS = 3_000

export function openThirdParty({ schedule, weather, kafka, handed, startsAt, isInsistent }: Options): ThirdParty {
  const acknowledged = new Set<string>()
  const answered = new Set<string>()
  const parse = createVerdictReader()
  const ambushes = createAmbushes(schedule, undefined, () => undefined)
  let started = 0

  const start = (): void => {
    started += 1
    const mine = createProcess(`mill-${String.fromCharCode(96 + Math.min(started, 26))}`, { schedule, weather, ambushes, wallOffset: () => startsAt, onCrash: (dead) => {
      dead.kill()
      schedule.after(schedule.random.next() * MOST_DOWN_MS, start)
    } })
    void work(mine)
  }
  const work = async (process: SimulatedProcess): Promise<void> => {
    const log = kafka.eventLogOf(process)
    const { send } = await log.producer()
    const hand = async (one: Handed): Promise<void> => {
      await send([{ topic: TOPIC.ballotsIncoming, partition: one.partition, key: one.key, value: one.value }])
      acknowledged.add(one.key)
    }
    const isDone = ({ key }: Handed): boolean => isInsistent ? answered.has(key) : acknowledged.has(key)
    const insist = async (one: Handed): Promise<void> => {
      while (!isDone(one)) {
        await hand(one).catch(() => undefined)
        await process.clock.delay(PATIENCE_MS)
      }
    }
    await log.follow({ topic: TOPIC.ballotsVerdicts, onRecords: (records) => {
      for (const record of records) {
        const verdict = parse(record)
        if (verdict !== undefined && isLast(verdict) && record.key !== undefined) answered.add(record.key)
      }
    } })
    for (const one of handed) {
      const [first = 0, ...again] = one.sentAt
      process.soon(first - schedule.now, () => { void insist(one) })
      for (const at of again) if (at > schedule.now) process.soon(at - schedule.now, () => { void hand(one).catch(() => undefined) })
    }
  }
  start()
  return {
    handed,
    isSettled: () => handed.every(({ key }) => isInsistent ? answered.has(key) : acknowledged.has(key)) && (!weather.isOrderKept || unanswered(kafka, parse).length === 0),
  }
}

/** A ballot that met a pause is sent again. */
function isLast(decided: BallotDecided): boolean {
  return decided.verdict !== 'ELECTION_NOT_OPEN' || decided.phase === 'CLOSED' || decided.phase === 'CERTIFIED'
}

export type VerdictReader = (record: LogRecord) => BallotDecided | undefined

/** Reads records of topic `ballots.verdicts`, each once. */
export function createVerdictReader(): VerdictReader {
  const read = new WeakMap<LogRecord, BallotDecided>()
  return (record) => {
    const known = read.get(record)
    if (known !== undefined) return known
    const parsed = parseBallotDecided(record.value)
    if (!parsed.ok) return undefined
    read.set(record, parsed.event)
    return parsed.event
  }
}

/** Records of topic `ballots.incoming` that no verdict names. */
export function unanswered({ topics }: Kafka, read: VerdictReader): LogRecord[] {
  const named = new Set(topics.partitions(TOPIC.ballotsVerdicts).flat().map(read).map((verdict) => `${verdict?.partition}/${verdict?.offset}`))
  return topics.partitions(TOPIC.ballotsIncoming).flat().filter(({ partition, offset }) => !named.has(`${partition}/${offset}`))
}
