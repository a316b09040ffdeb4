import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql/index.js'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { readEnvironment } from '../environment.js'
import { buildApiSchema } from '../schema/build-schema.js'
import { createDocumentReader } from './document-reader.js'
import { ApiError, badInput, rateLimited } from './errors.js'
import { createMasking } from './masking.js'
import { createRequestLimit } from './rate-limit.js'
import { LIMIT_RULES } from './rules.js'

const schema = buildApiSchema()

describe('what a document may ask for', () => {
  const read = createDocumentReader(schema)
  const fault = (source: string): string | undefined => {
    const found = read(source)
    return found.ok ? undefined : found.errors.map(({ message }) => message).join(' ')
  }
  const deep = (levels: number): string => `{ node(id: "e1/u/a") { ... on ReportingUnit ${'{ parent '.repeat(levels - 2)} { id } ${'}'.repeat(levels - 2)} } }`

  test('ten levels are allowed, eleven are not', () => {
    expect(fault(deep(10))).toBeUndefined()
    expect(fault(deep(11))).toContain('11 fields deep')
  })

  test('depth is not hidden by fragments', () => {
    const chain = Array.from({ length: 12 }, (_, at) => `fragment F${at} on ReportingUnit { parent { ...F${at + 1} } }`).join(' ')
    expect(fault(`{ node(id: "x") { ...F0 } } ${chain} fragment F12 on ReportingUnit { id }`)).toContain('fields deep')
  })

  test('fragments that spread each other many times are measured in no time', () => {
    const chain = Array.from({ length: 40 }, (_, at) => `fragment F${at} on ReportingUnit { ...F${at + 1} ...F${at + 1} }`).join(' ')
    const document = parse(`{ node(id: "x") { ...F0 } } ${chain} fragment F40 on ReportingUnit { id }`)
    const started = performance.now()
    expect(validate(schema, document, LIMIT_RULES).map(({ message }) => message)).toEqual([expect.stringContaining('may give 1099511627777 fields')])
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  test('fragments in a circle are refused, not walked for ever', () => {
    expect(fault('{ node(id: "x") { ...A } } fragment A on Node { ...B } fragment B on Node { ...A }')).toContain('Cannot spread fragment')
  })

  test('the introspection that tools send passes', async () => {
    const { getIntrospectionQuery } = await import('graphql/index.js')
    expect(fault(getIntrospectionQuery())).toBeUndefined()
  })

  test('fifteen aliases are allowed, sixteen are not', () => {
    const aliases = (count: number): string => `{ ${Array.from({ length: count }, (_, at) => `a${at}: viewer { role }`).join(' ')} }`
    expect(fault(aliases(15))).toBeUndefined()
    expect(fault(aliases(16))).toContain('16 aliases')
  })

  test('twenty directives are allowed, twenty-one are not, wherever they stand', () => {
    const directives = (count: number): string => `{ viewer { ${Array.from({ length: count }, () => '... @include(if: true) { role }').join(' ')} } }`
    expect(fault(directives(20))).toBeUndefined()
    expect(fault(directives(21))).toContain('21 directives')
    expect(fault(`{ viewer { role ${'@include(if: true) '.repeat(21)} } }`)).toContain('21 directives')
  })

  test('introspection in a circle is refused', () => {
    expect(fault(`{ __schema { types ${'{ fields { type '.repeat(5)} { name } ${'} }'.repeat(5)} } }`)).toContain('Maximum introspection depth exceeded')
  })

  test('one mutation at a time', () => {
    expect(fault('mutation { openElection(id: "e1") { __typename } }')).toBeUndefined()
    expect(fault('mutation { openElection(id: "e1") { __typename } b: closeElection(id: "e1") { __typename } }')).toContain('one mutation field')
    expect(fault('mutation { ...A } fragment A on Mutation { openElection(id: "e1") { __typename } b: closeElection(id: "e1") { __typename } }')).toContain('one mutation field')
  })

  test('lists within lists within lists are refused before they are answered, a table of precincts is not', () => {
    const perUnit = 'byUnit(first: 200) { nodes { totals { option { id } votes } byChannel { channel totals { option { id } votes } } } }'
    expect(fault(`{ election(id: "e1") { results { contest(id: "e1/c/a") { ${perUnit} } } } }`)).toBeUndefined()
    expect(fault(`{ election(id: "e1") { results { contests { ${perUnit} } } } }`)).toContain('fields; at most 200000')
    expect(fault(`query($n: Int) { elections(first: $n) { nodes { results { turnoutByUnit(first: $n) { nodes { ballots reportingUnit { name kind parent { name } } } } } } } }`)).toContain('fields; at most 200000')
  })

  test('a thousand tokens end it', () => {
    expect(fault(`{ ${'viewer { role } '.repeat(300)} }`)).toContain('token')
  })
})

describe('what a client reads when something goes wrong', () => {
  const lines: string[] = []
  const masking = createMasking(pino({ level: 'info' }, { write: (line: string) => { lines.push(line) } }))

  test('an error of ours is an id, under which the log has the whole of it', () => {
    const secret = new GraphQLError('insert into voter values (…)', { path: ['x'], originalError: new Error('duplicate key "voter_pkey" at /srv/api.js:12') })
    const { message, extensions } = masking(secret)
    expect(extensions['code']).toBe('INTERNAL_SERVER_ERROR')
    expect(message).toBe(`Something went wrong on our side. Report it as ${String(extensions['id'])}.`)
    const logged = lines.find((line) => line.includes(String(extensions['id'])))
    expect(logged).toContain('voter_pkey')
  })

  test('a database that cannot be reached is away, not broken', () => {
    const { message, extensions } = masking(new GraphQLError('x', { path: ['x'], originalError: Object.assign(new Error('connect ECONNREFUSED 10.0.0.3:5432'), { code: 'ECONNREFUSED' }) }))
    expect(extensions['code']).toBe('UNAVAILABLE')
    expect(message).not.toContain('10.0.0.3')
  })

  test('a sentence that is meant for the client passes with its code', () => {
    expect(masking(badInput('Name either.')).toJSON()).toEqual({ message: 'Name either.', extensions: { code: 'BAD_USER_INPUT' } })
    const located = new GraphQLError('Wait.', { path: ['signIn'], originalError: rateLimited('Wait.', 1_234.5) })
    expect(masking(located).toJSON()).toEqual({ message: 'Wait.', path: ['signIn'], extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_235 } })
  })

  test('masking twice is masking once', () => {
    const masked = masking(new ApiError('NOT_FOUND', 'There is no such election.'))
    expect(masking(masked)).toBe(masked)
  })

  const probe = buildSchema('enum Colour { RED } input In { n: Int id: ID! c: Colour } type Query { f(a: In, n: Int!, c: Colour, s: String): Int }')
  test.each<[string, string, Record<string, unknown>]>([
    ['a number that is text', 'query($n: Int!) { f(n: $n) }', { n: 'geheim' }],
    ['a list for a number', 'query($n: Int!) { f(n: $n) }', { n: ['geheim'] }],
    ['a word that is no choice', 'query($c: Colour) { f(n: 1, c: $c) }', { c: 'geheim" enum. "x' }],
    ['an object for a choice', 'query($c: Colour) { f(n: 1, c: $c) }', { c: { geheim: 1 } }],
    ['a bad number within an input', 'query($a: In) { f(n: 1, a: $a) }', { a: { id: '1', n: 'geheim; at "x"' } }],
    ['a missing field within an input', 'query($a: In) { f(n: 1, a: $a) }', { a: { n: 1, secretName: 'geheim' } }],
    ['an object for an id', 'query($a: In) { f(n: 1, a: $a) }', { a: { id: { geheim: 1 } } }],
    ['a number for text', 'query($s: String) { f(n: 1, s: $s) }', { s: { geheim: true } }],
  ])('variables are told without what they contained: %s', async (_what, source, variableValues) => {
    const { errors } = await execute({ schema: probe, document: parse(source), variableValues })
    const told = (errors ?? []).map((error) => masking(error))
    expect(told.length).toBeGreaterThan(0)
    for (const { message, extensions } of told) {
      expect(extensions['code']).toBe('BAD_USER_INPUT')
      expect(message).toMatch(/^The variable \$\w has a value that does not fit/)
      expect(message).not.toContain('geheim')
    }
  })

  test.each(['{ f(n: "geheim") }', '{ f(n: 1, c: GEHEIM) }', '{ f(n: 1, a: { id: [{ x: "geheim" }] }) }', '{ f(n: 1, s: 7391) }'])('literals are told without what they contained: %s', (source) => {
    const told = validate(probe, parse(source)).map((error) => masking(error).message).join(' ')
    expect(told).not.toBe('')
    expect(told).not.toMatch(/geheim|7391/i)
  })

  test('a mistake in the document is told as graphql-js tells it', () => {
    const [error] = validate(probe, parse('{ nope }'))
    expect(masking(error).message).toBe('Cannot query field "nope" on type "Query".')
  })
})

describe('limits by the minute', () => {
  test('requests beyond the limit wait, each for its own', async () => {
    const limit = createRequestLimit(2)
    expect([await limit('ann'), await limit('ann')]).toEqual([0, 0])
    const waitMs = await limit('ann')
    expect([waitMs > 59_000, waitMs <= 60_000]).toEqual([true, true])
    expect(await limit('bob')).toBe(0)
  })
})

describe('settings', () => {
  test('have safe defaults', () => {
    const { settings, brokers } = readEnvironment({ DATABASE_URL: 'postgres://x', KAFKA_BROKERS: 'a:1, b:2' })
    expect(brokers).toEqual(['a:1', 'b:2'])
    expect(settings).toMatchObject({ host: '127.0.0.1', port: 4000, usesKafka: true, allowVolatileLedger: false, limits: { castTransactions: 2, castBatch: 500 } })
  })

  test.each([
    ['CAST_TRANSACTIONS', 1], ['CAST_BATCH', 1], ['CAST_WAITING', 1], ['REQUESTS_PER_MINUTE', 1], ['SIGN_IN_FAILURES_PER_MINUTE', 1], ['SUBSCRIPTIONS_PER_CONNECTION', 1],
    ['CONNECTIONS_PER_ADDRESS', 1], ['CONNECTIONS', 1], ['HANDSHAKES_PER_MINUTE', 1], ['HTTP_CONNECTIONS_PER_ADDRESS', 1], ['HTTP_CONNECTIONS', 1], ['HSTS_SECONDS', 0], ['PORT', 0],
  ])('of %s %i is the least: below it the process ends at the start, and says why', (setting, least) => {
    const said: string[] = []
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => { said.push(String(text)); return true })
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => { throw new Error('the process has ended') })
    try {
      expect(() => readEnvironment({ DATABASE_URL: 'postgres://x', [setting]: String(least) })).not.toThrow()
      expect(() => readEnvironment({ DATABASE_URL: 'postgres://x', [setting]: String(least - 1) })).toThrow('the process has ended')
      expect(said.join('')).toMatch(new RegExp(`^${setting}: `))
    } finally {
      write.mockRestore()
      exit.mockRestore()
    }
  })

  test('without brokers there is no Kafka to speak of', () => {
    expect(readEnvironment({ DATABASE_URL: 'postgres://x' }).settings.usesKafka).toBe(false)
  })

  test.each([['1001', 'CAST_BATCH: must be at most 1000: whoever counts has to take the ballots of a transaction all at once'], ['6000', 'CAST_BATCH: must be at most 1000']])('so many ballots in a transaction as %s are refused at the start, in a sentence', (ballots, sentence) => {
    const said: string[] = []
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => { said.push(String(text)); return true })
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => { throw new Error('the process has ended') })
    try {
      expect(() => readEnvironment({ DATABASE_URL: 'postgres://x', CAST_BATCH: ballots })).toThrow('the process has ended')
      expect(exit).toHaveBeenCalledWith(1)
      expect(said.join('')).toContain(sentence)
    } finally {
      write.mockRestore()
      exit.mockRestore()
    }
    expect(readEnvironment({ DATABASE_URL: 'postgres://x', CAST_BATCH: '1000' }).settings.limits?.castBatch).toBe(1_000)
  })
})
