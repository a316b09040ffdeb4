import { RecordTooLargeError, type LogRecord, type OutgoingRecord, type TopicSpec } from '../event-log.js'
import { TOPICS } from '../topics.js'

/** The records of one partition that are still kept; the oldest go when there are too many. */
export interface MemoryPartition {
  /** Offset of the oldest record kept. */
  readonly first: number
  /** Offset of the next record to come. */
  readonly next: number
  append(record: OutgoingRecord): void
  /** At most `limit` records from `offset` on. */
  read(offset: number, limit: number): LogRecord[]
}

export interface MemoryTopics {
  create(specs: readonly TopicSpec[]): void
  remove(topic: string): void
  /** The partitions of a topic, which is made from its known spec if it is not there. */
  partitions(topic: string): readonly MemoryPartition[]
  /** Throws if the topic has no such partition. */
  partition(topic: string, partition: number): MemoryPartition
}

export interface MemoryTopicsOptions { keptRecords: number, recordLimitBytes: number }

export function createMemoryTopics({ keptRecords, recordLimitBytes }: MemoryTopicsOptions): MemoryTopics {
  const specs = new Map(TOPICS.map((spec) => [spec.name, spec]))
  const topics = new Map<string, readonly MemoryPartition[]>()
  const make = ({ name, partitions }: TopicSpec): readonly MemoryPartition[] => {
    const made = Array.from({ length: partitions }, (_, partition) => createPartition(name, partition, keptRecords, recordLimitBytes))
    topics.set(name, made)
    return made
  }
  const partitions = (topic: string): readonly MemoryPartition[] => {
    const known = topics.get(topic)
    if (known !== undefined) return known
    const spec = specs.get(topic)
    if (spec === undefined) throw new Error(`there is no topic ${topic}`)
    return make(spec)
  }
  return {
    create(wanted) {
      for (const spec of wanted) {
        specs.set(spec.name, spec)
        if (!topics.has(spec.name)) make(spec)
      }
    },
    remove(topic) { topics.delete(topic) },
    partitions,
    partition(topic, partition) {
      const found = partitions(topic)[partition]
      if (found === undefined) throw new Error(`the topic ${topic} has no partition ${partition}`)
      return found
    },
  }
}

function createPartition(topic: string, partition: number, keptRecords: number, recordLimitBytes: number): MemoryPartition {
  let records: LogRecord[] = []
  let first = 0
  return {
    get first() { return first },
    get next() { return first + records.length },
    append({ key, value }) {
      const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
      if ((bytes?.length ?? 0) + Buffer.byteLength(key) > recordLimitBytes) {
        throw new RecordTooLargeError(`A record of ${bytes?.length} bytes for ${topic}/${partition} is too large.`)
      }
      records.push({ topic, partition, offset: String(first + records.length), key, value: bytes })
      // Cut a quarter at a time: dropping them one by one would move the whole array for each.
      if (records.length <= keptRecords * 1.25) return
      const dropped = records.length - keptRecords
      records = records.slice(dropped)
      first += dropped
    },
    read(offset, limit) {
      const at = Math.max(offset - first, 0)
      return records.slice(at, at + limit)
    },
  }
}
