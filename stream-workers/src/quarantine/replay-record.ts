import type { EventLog, LogProducer, Quarantined } from '@livetally/core/events'

export type ReplayOutcome =
  | { readonly ok: true, readonly bytes: number }
  | { readonly ok: false, readonly reason: string }

/**
 * Sends a quarantined record to its origin again, byte for byte, under the key and in the partition that it had. What the
 * quarantine holds only the beginning of is read where it came from, as long as it is kept there.
 */
export async function replayRecord(entry: Quarantined, { log, producer }: { log: Pick<EventLog, 'read' | 'partitionCount'>, producer: LogProducer }): Promise<ReplayOutcome> {
  const value = await originalBytes(entry, log)
  if (value === undefined) return { ok: false, reason: `only the first ${storedBytes(entry).length} of its ${entry.valueBytes} bytes are kept, and the record is no longer in ${entry.topic}/${entry.partition}: its sender must send it again` }
  if (value.length === 0) return { ok: false, reason: 'it has no value: there is nothing to send again' }
  if (entry.partition >= await log.partitionCount(entry.topic)) return { ok: false, reason: `topic ${entry.topic} has no partition ${entry.partition}` }
  await producer.send([{ topic: entry.topic, partition: entry.partition, key: entry.recordKey ?? '', value }])
  return { ok: true, bytes: value.length }
}

const storedBytes = ({ valueBase64 }: Quarantined): Buffer => Buffer.from(valueBase64, 'base64')

/** The whole value; undefined if it cannot be had any more. */
export async function originalBytes(entry: Quarantined, log: Pick<EventLog, 'read'>): Promise<Buffer | undefined> {
  const stored = storedBytes(entry)
  if (stored.length === entry.valueBytes) return stored
  const [record] = await log.read({ topic: entry.topic, partition: entry.partition, from: BigInt(entry.offset), limit: 1 })
  const value = record?.offset === entry.offset ? record.value : null
  // A topic that was made anew has other records at its old offsets.
  return value?.length === entry.valueBytes && value.subarray(0, stored.length).equals(stored) ? value : undefined
}
