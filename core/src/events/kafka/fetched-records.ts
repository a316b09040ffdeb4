import type { IHeaders, RecordBatchEntry } from 'kafkajs'
import { ByteCursor } from './byte-cursor.js'

/** Bytes of a batch of records before the first of them; what is left of a fetch and shorter than that is no batch. */
const SHORTEST_BATCH = 61
/** The form of batches since Kafka 0.11. */
const MAGIC = 2

/** Records as they lie in a fetch; undefined if they are compressed, in a transaction, stamped by the broker, or carry headers. Throws if they are broken. */
export function readRecords(bytes: Buffer): FetchedRecord[] | undefined {
  const cursor = new ByteCursor(bytes)
  const records: FetchedRecord[] = []
  while (cursor.left >= SHORTEST_BATCH) {
    const firstOffset = Number(cursor.int64())
    const end = cursor.int32() + cursor.at
    // The broker cuts where the limit of a fetch is: what is not there in whole comes with the next.
    if (end > bytes.length) break
    cursor.at += 4
    if (cursor.bytes[cursor.at] !== MAGIC) return undefined
    cursor.at += 5
    if (cursor.int16() !== 0) return undefined
    cursor.at += 4
    const batch = { bytes, firstTimestamp: Number(cursor.int64()) }
    cursor.at += 22
    const count = cursor.int32()
    for (let at = 0; at < count; at += 1) {
      const record = readRecord(cursor, batch, firstOffset)
      if (record === undefined) return undefined
      records.push(record)
    }
    if (cursor.at !== end) throw new RangeError('the records of a batch are not as long as it says')
  }
  return records
}

interface Batch { readonly bytes: Buffer, readonly firstTimestamp: number }

function readRecord(cursor: ByteCursor, batch: Batch, firstOffset: number): FetchedRecord | undefined {
  const end = cursor.varint() + cursor.at
  cursor.at += 1
  const timestampDelta = cursor.varint()
  const offset = String(firstOffset + cursor.varint())
  const keyAt = cursor.at
  cursor.skipVarBytes()
  const valueAt = cursor.at
  cursor.skipVarBytes()
  if (cursor.varint() !== 0) return undefined
  if (cursor.at !== end) throw new RangeError('a record is not as long as it says')
  return new FetchedRecord(offset, batch, timestampDelta, keyAt, valueAt)
}

/** A record in the form kafkajs gives to a consumer. What hardly anybody asks for is read when somebody does. */
export class FetchedRecord implements RecordBatchEntry {
  readonly #batch: Batch
  readonly #timestampDelta: number
  readonly #keyAt: number
  readonly #valueAt: number

  constructor(readonly offset: string, batch: Batch, timestampDelta: number, keyAt: number, valueAt: number) {
    this.#batch = batch
    this.#timestampDelta = timestampDelta
    this.#keyAt = keyAt
    this.#valueAt = valueAt
  }

  get key(): Buffer | null {
    return new ByteCursor(this.#batch.bytes, this.#keyAt).varBytes()
  }

  get value(): Buffer | null {
    return new ByteCursor(this.#batch.bytes, this.#valueAt).varBytes()
  }

  get timestamp(): string {
    return String(this.#batch.firstTimestamp + this.#timestampDelta)
  }

  get headers(): IHeaders { return {} }

  get attributes(): number { return 0 }

  get isControlRecord(): boolean { return false }
}
