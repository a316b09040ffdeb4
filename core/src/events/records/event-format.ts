import { z } from 'zod'

/** What became of the bytes of a record. The reason is a sentence for logs and the quarantine. */
export type Parsed<Event> = { ok: true, event: Event } | { ok: false, reason: string }

export interface EventFormat<Event> {
  encode(event: Event): string
  /** Never throws, whatever the bytes are. Fields it does not know are left out: later versions may add some. */
  parse(value: Buffer | string | null): Parsed<Event>
}

/** Reads and writes one kind of event as JSON text. */
export function createEventFormat<Event>(schema: z.ZodType<Event>): EventFormat<Event> {
  return {
    encode: (event) => JSON.stringify(event),
    parse(value) {
      const json = parseJson(value)
      return json.ok ? checkShape(schema, json.event) : json
    },
  }
}

export function parseJson(value: Buffer | string | null): Parsed<unknown> {
  if (value === null) return refuse('there is no value')
  try {
    return { ok: true, event: JSON.parse(typeof value === 'string' ? value : value.toString('utf8')) }
  } catch {
    return refuse('the value is not JSON')
  }
}

export function checkShape<Event>(schema: z.ZodType<Event>, document: unknown): Parsed<Event> {
  const version = isObject(document) ? document['v'] : undefined
  if (typeof version === 'number' && version !== 1) return refuse(`version ${version} is not known`)
  const checked = schema.safeParse(document)
  if (checked.success) return { ok: true, event: checked.data }
  const [issue] = checked.error.issues
  const path = issue?.path.map(String).join('.') ?? ''
  return refuse(`${path === '' ? 'the value' : path}: ${issue?.message ?? 'does not fit'}`)
}

export function refuse(reason: string): { ok: false, reason: string } {
  return { ok: false, reason }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Building blocks that the schemas of all events share. */
export const field = {
  version: z.literal(1),
  /** Database key of the election. */
  election: z.int().min(1).max(2_147_483_647),
  box: z.int().min(0).max(65_535),
  /** A whole number that JavaScript can hold: counts, sequence numbers, revisions. */
  count: z.int().min(0),
  /** Milliseconds since 1970. */
  instant: z.int(),
  /** An id of the election's definition. */
  id: z.string().min(1).max(64),
}
