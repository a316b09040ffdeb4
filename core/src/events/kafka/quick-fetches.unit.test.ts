import fc from 'fast-check'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { readPlainFetch } from './quick-fetches.js'

interface Bytes { readonly buffer: Buffer }
interface Message { offset: string, timestamp: string, key: Buffer | null, value: Buffer | null, headers: object, isControlRecord: boolean }
interface Answer { responses: { partitions: { messages: Message[] }[] }[] }
interface Encoder extends Bytes {
  writeInt16(value: number): Encoder
  writeInt32(value: number): Encoder
  writeInt64(value: number): Encoder
  writeString(value: string): Encoder
  writeBuffer(value: Buffer): Encoder
}

const kafkajs = createRequire(import.meta.url)
const Encoder: new () => Encoder = kafkajs('kafkajs/src/protocol/encoder')
const encodeRecord: (record: object) => Bytes = kafkajs('kafkajs/src/protocol/recordBatch/record/v0')
const { RecordBatch }: { RecordBatch(batch: object): Promise<Bytes> } = kafkajs('kafkajs/src/protocol/recordBatch/v0')
const { decode }: { decode(data: Buffer): Promise<Answer> } = kafkajs('kafkajs/src/protocol/requests/fetch/v11/response')
const Long: { fromValue(value: number): object } = kafkajs('kafkajs/src/utils/long')

interface Batch { firstOffset: number, firstTimestamp: number, records: { key: Buffer | null, value: Buffer | null, later: number, headers?: Record<string, string> }[], compression?: number, transactional?: boolean }

async function encodeBatch({ firstOffset, firstTimestamp, records, ...rest }: Batch): Promise<Buffer> {
  const { buffer } = await RecordBatch({
    ...rest, firstOffset: Long.fromValue(firstOffset), firstTimestamp, lastOffsetDelta: records.length - 1,
    records: records.map(({ later, ...record }, at) => encodeRecord({ ...record, offsetDelta: at, timestampDelta: later })),
  })
  return buffer
}

/** The broker's answer: a partition of the owls' topic, and one that has nothing new. */
function answer(records: Buffer): Buffer {
  const encoder = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0).writeInt32(1).writeString('owl-post').writeInt32(2)
  for (const [partition, bytes] of [records, Buffer.alloc(0)].entries()) {
    encoder.writeInt32(partition).writeInt16(0).writeInt64(9_000_000_000).writeInt64(9_000_000_000).writeInt64(7).writeInt32(-1).writeInt32(-1).writeInt32(bytes.length).writeBuffer(bytes)
  }
  return encoder.buffer
}

/** All that a consumer can see of an answer, the records' lazy parts included. */
function seen(fetch: object | undefined): unknown {
  if (fetch === undefined) return undefined
  const { responses, ...head }: Answer = { responses: [], ...fetch }
  return {
    ...head,
    responses: responses.map((topic) => ({
      ...topic,
      partitions: topic.partitions.map(({ messages, ...partition }) => ({
        ...partition,
        messages: messages.map(({ offset, timestamp, key, value, headers, isControlRecord }) => ({ offset, timestamp, key: key?.toString('hex'), value: value?.toString('hex'), headers, isControlRecord })),
      })),
    })),
  }
}

const twoOwls: Batch = { firstOffset: 41, firstTimestamp: 1_700_000_000_000, records: [{ key: Buffer.from('hedwig'), value: Buffer.from('a letter'), later: 0 }, { key: null, value: null, later: 7 }] }

describe('what was fetched from Kafka', () => {
  const bytes = fc.oneof(fc.constant(null), fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)))
  const batch = fc.record({
    firstOffset: fc.nat({ max: 2 ** 40 }), firstTimestamp: fc.nat({ max: 2 ** 42 }),
    records: fc.array(fc.record({ key: bytes, value: bytes, later: fc.integer({ min: -(2 ** 30), max: 2 ** 30 }) }), { minLength: 1, maxLength: 5 }),
  })

  test('is read as kafkajs reads it, whatever the records are and wherever the broker has cut them off', async () => {
    await fc.assert(fc.asyncProperty(fc.array(batch, { maxLength: 4 }), fc.nat(200), async (batches, cutOff) => {
      const whole = Buffer.concat(await Promise.all(batches.map(encodeBatch)))
      // kafkajs itself fails where not even the head of the first batch is there; the broker never sends so little.
      const fetched = answer(whole.subarray(0, Math.max(61, whole.length - cutOff)))
      expect(seen(readPlainFetch(fetched))).toEqual(seen(await decode(fetched)))
    }), { numRuns: 200 })
  })

  test('is read in whole, with its offsets, times and records without a key or a value', async () => {
    const fetch = readPlainFetch(answer(await encodeBatch(twoOwls)))
    const messages = fetch?.responses[0]?.partitions[0]?.messages ?? []
    expect(messages.map(({ offset, timestamp, key, value }) => [offset, timestamp, key?.toString(), value?.toString()])).toEqual([
      ['41', '1700000000000', 'hedwig', 'a letter'], ['42', '1700000000007', undefined, undefined],
    ])
  })

  test.each([
    ['compressed', { ...twoOwls, compression: 1 }],
    ['in a transaction', { ...twoOwls, transactional: true }],
    ['with headers', { ...twoOwls, records: [{ key: null, value: Buffer.from('a howler'), later: 0, headers: { colour: 'red' } }] }],
  ])('is left to kafkajs where it is %s', async (_, unusual) => {
    expect(readPlainFetch(answer(await encodeBatch(unusual)))).toBeUndefined()
  })

  test('is left to kafkajs where it is broken', async () => {
    const records = await encodeBatch(twoOwls)
    // The second record's length.
    const broken = Buffer.from(records)
    broken.writeInt8(120, 61)
    expect(readPlainFetch(answer(broken))).toBeUndefined()
    expect(readPlainFetch(answer(records).subarray(0, 40))).toBeUndefined()
  })
})
