import { encodeResultsPublished, parseResultsPublished, TOPIC, type EventLog, type LogRecord, type OutgoingRecord } from '@livetally/core/events'

/** With the guard off: nobody waits for the event log to say that it has the records. */
export function withoutAcks(eventLog: EventLog): EventLog {
  return { ...eventLog, producer: async () => {
    const producer = await eventLog.producer()
    return { ...producer, send: async (records) => { void producer.send(records).catch(() => undefined) } }
  } }
}

/** With the guard off: every announcement seems to follow what is known. */
export function withoutFromSeq(eventLog: EventLog): EventLog {
  return { ...eventLog, consume: (options) => eventLog.consume({ ...options, onBatch: (batch) => options.onBatch({ ...batch, records: batch.records.map((record) => rewrite(record, /"fromSeq":\d+/, '"fromSeq":0')) }) }) }
}

/** With the guard off: every part of a revision seems to be all of it. */
export function withoutParts(record: LogRecord): LogRecord {
  return rewrite(record, /"part":\d+,"parts":\d+/, '"part":0,"parts":1')
}

/** A broker that takes small records only: revisions come in many parts. */
export function inSmallParts(eventLog: EventLog, partBytes: number): EventLog {
  const cut = (record: OutgoingRecord): OutgoingRecord[] => {
    const parsed = record.topic === TOPIC.results ? parseResultsPublished(asBuffer(record.value)) : undefined
    return parsed?.ok === true ? encodeResultsPublished(parsed.event, partBytes).map((value) => ({ ...record, value })) : [record]
  }
  return { ...eventLog, producer: async () => {
    const producer = await eventLog.producer()
    return { ...producer, send: async (records) => { for (const part of records.flatMap(cut)) await producer.send([part]) } }
  } }
}

const asBuffer = (value: OutgoingRecord['value']): Buffer | null => typeof value === 'string' ? Buffer.from(value) : value

function rewrite(record: LogRecord, pattern: RegExp, text: string): LogRecord {
  return { ...record, value: Buffer.from((record.value?.toString('utf8') ?? '').replace(pattern, text)) }
}
