import 'reflect-metadata'
import { getIntrospectionQuery, parse } from 'graphql/index.js'
import { describe, expect, test } from 'vitest'
import { createClientBudgets } from './cost/client-budget.js'
import { createClientCosts } from './cost/client-cost.js'
import { createDocumentDoor } from './document-door.js'
import { MOST_FRAGMENTS, MOST_OF_ONE_NAME, readDocumentShape, SCHEMA_FIELDS } from './document-shape.js'

const shapeOf = (source: string) => readDocumentShape(parse(source))
const times = (count: number, make: (at: number) => string): string => Array.from({ length: count }, (_, at) => make(at)).join(' ')

describe('a document is refused before it is validated', () => {
  test('where fragments spread each other in a circle, however many and in whatever order', () => {
    const circle = (count: number, first: number) => `{ ...f${first} ...f0 } ${times(count, (at) => `fragment f${at} on Query { ...f${(at + 1) % count} }`)}`
    expect(shapeOf(circle(3, 1))).toEqual({ ok: false, message: expect.stringMatching(/^The fragment "f\d" spreads itself\.$/) as unknown })
    expect(shapeOf(circle(122, 1))).toEqual({ ok: false, message: `This document has 122 fragments; at most ${MOST_FRAGMENTS} are allowed.` })
    expect(shapeOf('{ ...a } fragment a on Query { ...a }')).toMatchObject({ ok: false })
  })

  test('where one name is asked for again and again in one place, also over fragments and within what is merged', () => {
    const refused = { ok: false, message: expect.stringContaining(`times in one place; at most ${MOST_OF_ONE_NAME} are allowed`) as unknown }
    expect(shapeOf(`{ election { ${times(MOST_OF_ONE_NAME + 1, () => 'parties { id }')} } }`)).toEqual(refused)
    expect(shapeOf(`{ ...a ...b } ${['a', 'b'].map((name) => `fragment ${name} on Query { ${times(30, () => 'parties { id }')} }`).join(' ')}`)).toEqual(refused)
    expect(shapeOf(`{ ${times(10, () => `parties { ${times(6, () => 'id')} }`)} }`)).toEqual(refused)
    expect(shapeOf(`{ ${times(MOST_OF_ONE_NAME, () => '... on Query { parties { id } }')} }`)).toMatchObject({ ok: true })
  })

  test('where fragments within fragments come to more fields than could be written', () => {
    const levels = 20
    const source = `{ ...f0 } ${times(levels, (at) => `fragment f${at} on T { a { ...f${at + 1} } b { ...f${at + 1} } }`)} fragment f${levels} on T { id }`
    expect(shapeOf(source)).toEqual({ ok: false, message: expect.stringContaining('once its fragments are put together') as unknown })
  })

  test('where the schema is asked for twice, or under aliases', () => {
    expect(shapeOf(getIntrospectionQuery())).toEqual({ ok: true, introspection: SCHEMA_FIELDS })
    expect(shapeOf('{ a: __schema { types { name } } }')).toMatchObject({ ok: false })
    expect(shapeOf('{ __schema { types { name } } ...b } fragment b on Query { __schema { types { kind } } }')).toMatchObject({ ok: false })
    expect(shapeOf('{ __schema { a: types { name } } }')).toMatchObject({ ok: false })
    expect(shapeOf('{ __type(name: "Election") { name } }')).toEqual({ ok: true, introspection: 1_000 })
  })

  test('and nothing that people ask for is: a fragment in many places, one name in many places', () => {
    expect(shapeOf(`{ ${times(14, (at) => `a${at}: election { ...e }`)} } fragment e on Election { id name contests { id options { id name party { id } } } }`)).toEqual({ ok: true, introspection: 0 })
  })
})

describe('reading a document', () => {
  const setUp = () => {
    const costs = createClientCosts({ budgets: createClientBudgets({ perSecond: 1, burst: 10_000, now: () => 0 }) })
    return { door: createDocumentDoor(), cost: costs('ann') }
  }

  test('is charged once, and introspection every time', async () => {
    const { door, cost } = setUp()
    const source = `{ election { id } } # ${'x'.repeat(1_000)}`
    for (let again = 0; again < 20; again += 1) await door.admit(source, cost)
    expect(cost.waitMs()).toBe(0)
    for (let at = 0; at < 20; at += 1) await door.admit(`${source} ${at}`, cost)
    expect(cost.waitMs()).toBeGreaterThan(0)
    const other = setUp()
    await other.door.admit('{ __schema { queryType { name } } }', other.cost)
    expect(other.cost.waitMs()).toBeGreaterThan(0)
  })

  test('refuses again what was refused, with the same sentence, and leaves what cannot be parsed to the parser', async () => {
    const { door, cost } = setUp()
    for (let again = 0; again < 2; again += 1) await expect(door.admit('{ ...a } fragment a on Query { ...a }', cost)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: 'The fragment "a" spreads itself.' })
    await door.admit('{ election {', cost)
    await door.admit(undefined, cost)
  })
})
