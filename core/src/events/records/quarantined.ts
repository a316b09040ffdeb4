import { z } from 'zod'
import type { LogRecord } from '../event-log.js'
import { createEventFormat, field } from './event-format.js'

/** Longest quarantined value, in characters of base64 (48 KiB of the record). */
const VALUE_BASE64_LIMIT = 65_536
const LONGEST_KEY = 1_000

/** A record that could not be understood: where it was, why, and its bytes (the first 48 KiB of them). */
export interface Quarantined {
  readonly v: 1
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /** The record's key; missing if it had none, or one longer than 1,000 characters. */
  readonly recordKey?: string
  readonly reason: string
  /** Milliseconds. */
  readonly at: number
  /** Bytes of the record's value, of which `valueBase64` may be only the beginning. */
  readonly valueBytes: number
  readonly valueBase64: string
}

export const quarantinedSchema: z.ZodType<Quarantined> = z.object({
  v: field.version,
  topic: z.string().min(1).max(249),
  partition: field.count,
  offset: z.string().regex(/^[0-9]{1,20}$/, 'must be a number'),
  recordKey: z.string().max(LONGEST_KEY).exactOptional(),
  reason: z.string().max(2_000),
  at: field.instant,
  valueBytes: field.count,
  valueBase64: z.string().max(VALUE_BASE64_LIMIT),
})

const format = createEventFormat(quarantinedSchema)
export const encodeQuarantined = format.encode
export const parseQuarantined = format.parse

export function quarantinedKey({ topic, partition, offset }: Pick<Quarantined, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition}/${offset}`
}

export function toQuarantined({ topic, partition, offset, key, value }: LogRecord, reason: string, at: number): Quarantined {
  const bytes = value ?? Buffer.alloc(0)
  return {
    v: 1,
    topic,
    partition,
    offset,
    ...key === undefined || key.length > LONGEST_KEY ? {} : { recordKey: key },
    reason: reason.slice(0, 2_000),
    at,
    valueBytes: bytes.length,
    valueBase64: bytes.subarray(0, (VALUE_BASE64_LIMIT / 4) * 3).toString('base64'),
  }
}
