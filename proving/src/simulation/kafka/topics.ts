import { TOPICS, type LogRecord, type OutgoingRecord } from '@livetally/core/events'
import type { Schedule } from '../schedule.js'
import type { Weather } from '../weather.js'

/** The records of every topic, and all that may happen to one on its way there. */
export interface SimulatedTopics {
  partitions(topic: string): readonly (readonly LogRecord[])[]
  append(record: OutgoingRecord): void
  /** Records that a topic does not hold yet, but will. */
  readonly underway: number
  /** As an operator may: the topic is empty afterwards, and its offsets begin anew. */
  wipe(topic: string): void
  onAppended(listener: (topic: string) => void): void
  onWiped(listener: (topic: string) => void): void
}

const LATEST_MS = 8_000
const MOST_PLACES_EARLY = 4

export function createSimulatedTopics({ random, after, trace }: Schedule, weather: Weather): SimulatedTopics {
  const topics = new Map<string, LogRecord[][]>(TOPICS.map(({ name, partitions }) => [name, Array.from({ length: partitions }, () => [])]))
  let underway = 0
  const appended: ((topic: string) => void)[] = []
  const wiped: ((topic: string) => void)[] = []
  const place = ({ topic, partition, key, value }: OutgoingRecord, placesEarly = 0): void => {
    const records = topics.get(topic)?.[partition]
    if (records === undefined) throw new Error(`the topic ${topic} has no partition ${partition}`)
    const at = Math.max(0, records.length - placesEarly)
    records.splice(at, 0, { topic, partition, offset: String(at), key, value: typeof value === 'string' ? Buffer.from(value) : value })
    for (const listener of appended) listener(topic)
  }
  const placeLater = (record: OutgoingRecord): void => {
    underway += 1
    after(random.next() * LATEST_MS, () => {
      underway -= 1
      place(record)
    })
  }
  return {
    get underway() { return underway },
    partitions: (topic) => topics.get(topic) ?? [],
    append(record) {
      const fate = weather.record()
      if (fate !== 'KEPT') trace.note('kafka', fate, () => `${record.topic}/${record.partition} ${record.key}`)
      switch (fate) {
        case 'LOST': return
        case 'LATE': return placeLater(record)
        case 'EARLY': return place(record, random.whole(1, MOST_PLACES_EARLY))
        case 'REPEATED': placeLater(record); break
        case 'KEPT': break
        default: fate satisfies never
      }
      place(record)
    },
    wipe(topic) {
      for (const records of topics.get(topic) ?? []) records.length = 0
      for (const listener of wiped) listener(topic)
    },
    onAppended(listener) { appended.push(listener) },
    onWiped(listener) { wiped.push(listener) },
  }
}
