import schema30 from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' }
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { asyncApiDocument, jsonSchemaOf } from './asyncapi.js'
import { EVENT_KINDS } from './event-catalog.js'
import { FROZEN_EVENTS } from '../records/fixtures/frozen-events.js'
import { parseSignedBallot, signedBallotSchema } from '../records/signed-ballot.js'
import { TOPIC } from '../topics.js'

/** The specification's schema brings the schema of schemas along. */
const createAjv = ({ meta = true } = {}): Ajv => {
  const ajv = new Ajv({ strict: false, allErrors: true, meta, validateSchema: meta })
  addFormats.default(ajv)
  return ajv
}

describe('the document for other systems', () => {
  test('is AsyncAPI 3.0', () => {
    const isValid = createAjv({ meta: false }).compile(schema30)
    expect(isValid(asyncApiDocument()) ? [] : isValid.errors).toEqual([])
    expect(isValid({ ...asyncApiDocument(), channels: { broken: { address: 7 } } }), 'and the check can fail').toBe(false)
  })

  test('names every topic', () => {
    const documented = new Set(EVENT_KINDS.map(({ topic }) => topic))
    // Topic `voters` is kept for registrations.
    expect(Object.values(TOPIC).filter((topic) => topic !== TOPIC.voters && !documented.has(topic))).toEqual([])
  })

  test('refers to nothing that is not in it', () => {
    const document = asyncApiDocument()
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
    expect(references.length).toBeGreaterThan(20)
    const follow = (path: string): unknown => path.split('/').reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document)
    expect(references.filter((path) => follow(path) === undefined)).toEqual([])
  })
})

const kinds = [...EVENT_KINDS, { name: 'SignedBallot', schema: signedBallotSchema, parse: parseSignedBallot }]

describe.each(kinds)('$name', ({ name, schema, parse }) => {
  const frozen = (FROZEN_EVENTS[name] ?? []).map((text, at) => ({ text, number: at + 1 }))
  const isValid = createAjv().compile(jsonSchemaOf(schema))
  const strange = { fromTheFuture: { a: [1, null, 'x'] }, anotherYet: true }

  test('was written down as it looked when its version began', () => {
    expect(frozen.length).toBeGreaterThan(0)
  })
  test.each(frozen)('of an older writer is read as it was written (record $number)', ({ text }) => {
    expect(parse(text)).toEqual({ ok: true, event: JSON.parse(text) })
  })
  test.each(frozen)('of a newer writer is read without what is not known yet (record $number)', ({ text }) => {
    expect(parse(JSON.stringify({ ...strange, ...JSON.parse(text) as object, ...strange }))).toEqual({ ok: true, event: JSON.parse(text) })
  })
  test.each(frozen)('is, old or new, what the document says (record $number)', ({ text }) => {
    const event = JSON.parse(text) as object
    expect([isValid(event), isValid({ ...event, ...strange })]).toEqual([true, true])
    expect([isValid({ ...event, v: 2 }), isValid([])]).toEqual([false, false])
  })
})
