import { describe, expect, test } from 'vitest'
import { serveUnderTest } from './graphql-http-under-test.js'

const times = (count: number, text: (at: number) => string): string => Array.from({ length: count }, (_, at) => text(at)).join(' ')

/** What scanners of GraphQL try, beside what `graphql-http.unit.test.ts` tells of forms, parts, batches and mutations by GET. */
describe('what a scanner tries is refused', () => {
  test.each<[string, string]>([
    ['a hundred aliases', `{ ${times(100, (at) => `a${at}: viewer { role }`)} }`],
    ['five hundred times the same field', `{ viewer { ${'role '.repeat(1_000)} } }`],
    ['twenty-one directives that do not exist', `{ viewer { role ${times(21, (at) => `@a${at}`)} } }`],
    ['twenty-one directives that exist', `{ viewer { ${times(21, () => '... @include(if: true) { role }')} } }`],
    ['introspection in a circle', `{ __schema { types ${'{ fields { type '.repeat(5)} { name } ${'} }'.repeat(5)} } }`],
    ['eleven levels', `{ node(id: "e1/u/a") { ... on ReportingUnit ${'{ parent '.repeat(9)} { id } ${'}'.repeat(9)} } }`],
    ['fragments in a circle', '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }'],
    ['lists within lists', '{ elections(first: 200) { nodes { reportingUnits(first: 200) { nodes { containedIn { containedIn { name kind } } } } } } }'],
    ['a fault of syntax', '{ viewer { role '],
  ])('%s', async (_what, query) => {
    await using http = await serveUnderTest()
    const answer = await http.server.inject({ method: 'POST', url: '/graphql', payload: { query }, headers: { accept: 'application/graphql-response+json' } })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).not.toHaveProperty('data')
    expect(new Set(answer.json().errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']))
    expect(http.lines).toEqual([])
  })

  test('fragments in a circle that would overflow the stack are refused as a fault of the request', async () => {
    await using http = await serveUnderTest()
    const query = `{ ...f1 ...f0 } ${Array.from({ length: 122 }, (_, at) => `fragment f${at} on Query { ...f${(at + 1) % 122} }`).join(' ')}`
    const answer = await http.server.inject({ method: 'POST', url: '/graphql', payload: { query } })
    expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
    const again = await http.server.inject({ method: 'GET', url: `/graphql?query=${encodeURIComponent(query.replaceAll('122', '25'))}` })
    expect(again.statusCode).toBe(400)
  })

  test('nothing is told of how an answer came about', async () => {
    await using http = await serveUnderTest()
    const answer = await http.server.inject({ method: 'POST', url: '/graphql', payload: { query: '{ viewer { role } }' }, headers: { 'x-apollo-tracing': '1', 'apollo-tracing': '1', 'apollo-federation-include-trace': 'ftv1' } })
    expect([answer.statusCode, Object.keys(answer.json())]).toEqual([200, ['data']])
  })
  test('a client that owes is told when to come again', async () => {
    await using http = await serveUnderTest({ costs: () => ({ take: () => undefined, waitMs: () => 1_500, newAnswer: () => ({ take: () => undefined, takeText: () => undefined, turn: () => Promise.resolve() }) }) })
    const answer = await http.server.inject({ method: 'POST', url: '/graphql', payload: { query: '{ viewer { role } }' } })
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().errors[0].extensions]).toEqual([429, '2', { code: 'RATE_LIMITED', retryAfterMs: 1_500 }])
  })
})
