import type { OutgoingRecord } from '../event-log.js'

/** Brokers take at most 1 MiB of records for one partition of one request, unless told otherwise; this leaves room for headers. */
const CHUNK_BYTES = 950_000
/** And about as many requests' worth of memory for all partitions together. */
const REQUEST_BYTES = 16_000_000
const RECORD_OVERHEAD_BYTES = 64

/** Estimated bytes of a record on the wire. */
export function recordBytes({ key, value }: OutgoingRecord): number {
  return Buffer.byteLength(key) + (value === null ? 0 : Buffer.byteLength(value)) + RECORD_OVERHEAD_BYTES
}

/**
 * Cuts records, in order, into requests that a broker will take: whatever is handed to one `send`, only a single record can
 * be too large.
 */
export function cutIntoRequests(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const requests: OutgoingRecord[][] = []
  let request: OutgoingRecord[] = []
  let total = 0
  const perPartition = new Map<string, number>()
  for (const record of records) {
    const bytes = recordBytes(record)
    const place = `${record.topic}/${record.partition}`
    const filled = perPartition.get(place) ?? 0
    if (request.length > 0 && ((filled > 0 && filled + bytes > CHUNK_BYTES) || total + bytes > REQUEST_BYTES)) {
      requests.push(request)
      request = []
      total = 0
      perPartition.clear()
    }
    request.push(record)
    total += bytes
    perPartition.set(place, (perPartition.get(place) ?? 0) + bytes)
  }
  if (request.length > 0) requests.push(request)
  return requests
}
