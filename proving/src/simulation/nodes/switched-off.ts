import { encodeResultsPublished, parseBoxTallied, parseResultsPublished, TOPIC, type EventLog, type LogRecord, type OutgoingRecord } from '@livetally/core/events'
import type { RevisionStore } from '@livetally/core/store'
import { boxKey } from '../postgres/tables.js'

/** With the guard off: nobody waits for the event log to say that it has the records. */
export function withoutAcks(eventLog: EventLog): EventLog {
  return { ...eventLog, producer: async () => {
    const producer = await eventLog.producer()
    return { ...producer, send: async (records) => { void producer.send(records).catch(() => undefined) } }
  } }
}

/** With the guard off: every announcement seems to begin where the publisher's knowledge of the box ends. */
export function withoutFromSeq({ eventLog, store }: { eventLog: EventLog, store: RevisionStore }): { eventLog: EventLog, store: RevisionStore } {
  const known = new Map<string, number>()
  const pass = (record: LogRecord): LogRecord => {
    const parsed = parseBoxTallied(record.value)
    if (!parsed.ok) return record
    const { election, box, toSeq } = parsed.event
    const ends = known.get(boxKey(election, box)) ?? 0
    if (toSeq <= ends) return record
    known.set(boxKey(election, box), toSeq)
    return rewrite(record, /"fromSeq":\d+/, `"fromSeq":${ends}`)
  }
  return {
    store: { ...store, readBoxes: (election, onBox, only) => store.readBoxes(election, (state) => {
      known.set(boxKey(election, state.box), state.nextSeq)
      onBox(state)
    }, only) },
    eventLog: { ...eventLog, consume: (options) => eventLog.consume({ ...options, onBatch: (batch) => options.onBatch({ ...batch, records: batch.records.map(pass) }) }) },
  }
}

/** With the guard off: announcements do not say of which history they are. */
export function withoutHistory(eventLog: EventLog): EventLog {
  const pass = (record: LogRecord): LogRecord => rewrite(rewrite(record, /"fromChain":"\w*",/, ''), /"chain":"\w*",/, '')
  return { ...eventLog, consume: (options) => eventLog.consume({ ...options, onBatch: (batch) => options.onBatch({ ...batch, records: batch.records.map(pass) }) }) }
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
