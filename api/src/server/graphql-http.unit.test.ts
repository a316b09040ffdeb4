import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { InjectOptions } from 'fastify'
import { describe, expect, test, vi } from 'vitest'
import { createClientCosts } from './cost/client-cost.js'
import { serveUnderTest, type HttpUnderTest } from './graphql-http-under-test.js'

const VIEWER = { query: '{ viewer { role } }' }

async function statuses({ server }: HttpUnderTest, headers: readonly Record<string, string>[], remoteAddress = '192.0.2.9'): Promise<number[]> {
  const told: number[] = []
  for (const more of headers) told.push((await server.inject({ method: 'POST', url: '/graphql', payload: VIEWER, headers: more, remoteAddress })).statusCode)
  return told
}

describe('requests are limited by who asks', () => {
  test('however the header is spelt, and whichever of their tokens it is', async () => {
    await using http = await serveUnderTest({ requestsPerMinute: 3 })
    const token = await http.tokens.issue({ role: 'OBSERVER', subject: 'ann' })
    const other = await http.tokens.issue({ role: 'OBSERVER', subject: 'ann', expiresInSeconds: 60 })
    const spellings = [`Bearer ${token}`, `bearer ${token}`, `BEARER ${token} `, `bEARER ${token}`, `Bearer ${other}`].map((authorization) => ({ authorization }))
    expect(await statuses(http, spellings)).toEqual([200, 200, 200, 429, 429])
    expect(await statuses(http, [{ authorization: `Bearer ${await http.tokens.issue({ role: 'OBSERVER', subject: 'bob' })}` }])).toEqual([200])
  })

  test('an empty header is the share of its address, not one of everybody\'s', async () => {
    await using http = await serveUnderTest({ requestsPerMinute: 2 })
    expect(await statuses(http, [{ authorization: '' }, {}, { authorization: '' }])).toEqual([200, 200, 429])
    expect(await statuses(http, [{ authorization: '' }], '192.0.2.10')).toEqual([200])
  })

  test('tokens that are none take the share of their address, a right one beside them does not', async () => {
    await using http = await serveUnderTest({ requestsPerMinute: 2 })
    expect(await statuses(http, ['x.y.z', 'a.b.c', 'd.e.f', 'g.h.i'].map((token) => ({ authorization: `Bearer ${token}` })))).toEqual([401, 401, 429, 429])
    expect(await statuses(http, [{ authorization: `Bearer ${await http.tokens.issue({ role: 'MANAGER' })}` }])).toEqual([200])
  })

  test('and answers are paid for by the same: two voters behind one address do not pay for each other', async () => {
    const paying: string[] = []
    const costs = createClientCosts()
    await using http = await serveUnderTest({ costs: (who) => { paying.push(who); return costs(who) } })
    const tokens = await Promise.all(['ann', 'bob'].map((subject) => http.tokens.issue({ role: 'OBSERVER', subject })))
    await statuses(http, [...tokens.map((token) => ({ authorization: `Bearer ${token}` })), {}])
    expect(paying).toEqual(['OBSERVER ann', 'OBSERVER bob', 'address 192.0.2.9'])
  })

  test('X-Forwarded-For makes no client out of another, unless a proxy wrote it', async () => {
    await using open = await serveUnderTest({ requestsPerMinute: 2 })
    const claims = ['1.1.1.1', '2.2.2.2', '3.3.3.3'].map((address) => ({ 'x-forwarded-for': address }))
    expect(await statuses(open, claims)).toEqual([200, 200, 429])
    await using proxied = await serveUnderTest({ requestsPerMinute: 2, trustProxy: '1' })
    expect(await statuses(proxied, claims.map((claim) => ({ 'x-forwarded-for': `${claim['x-forwarded-for']}, 198.51.100.7` })))).toEqual([200, 200, 429])
    expect(await statuses(proxied, [...claims, ...claims])).toEqual([200, 200, 200, 200, 200, 200])
  })
})

describe('JSON that is nested', () => {
  const nested = (levels: number, core = '1'): string => `${'['.repeat(levels)}${core}${']'.repeat(levels)}`
  const post = ({ server }: HttpUnderTest, payload: string, headers: Record<string, string> = {}) => server.inject({ method: 'POST', url: '/graphql', payload, headers: { 'content-type': 'application/json', ...headers } })
  const body = (value: string): string => `{"query":"query($n: Int) { elections(first: $n) { totalCount } }","variables":{"n":${value}}}`

  test('deeper than its bound is a mistake of the client, with a NUL inside or without, in the body and in the address', async () => {
    await using http = await serveUnderTest()
    for (const value of [nested(30_000), nested(30_000, '"\\u0000"'), nested(63), '['.repeat(60_000), `"\\\\",${nested(63)}`]) {
      const answer = await post(http, body(value))
      expect([answer.statusCode, answer.json()]).toEqual([400, { errors: [{ message: 'The body of the request may hold lists and objects at most 64 deep within each other.', extensions: { code: 'BAD_USER_INPUT' } }] }])
    }
    const inAddress = await http.server.inject({ url: `/graphql?query=${encodeURIComponent('{ viewer { role } }')}&variables=${encodeURIComponent(`{"n":${nested(1_000)}}`)}` })
    expect([inAddress.statusCode, inAddress.json().errors[0].message]).toEqual([400, 'The parameter variables may hold lists and objects at most 64 deep within each other.'])
    expect(http.lines).toEqual([])
  })

  test('up to its bound is read, and brackets in text are no depth', async () => {
    await using http = await serveUnderTest()
    expect((await post(http, `{"query":"{ viewer { role } }","extensions":{"a":${nested(62)},"b":"\\"${'['.repeat(500)}\\\\"}}`)).statusCode).toBe(200)
  })

  test('a NUL is refused wherever it can be written', async () => {
    await using http = await serveUnderTest()
    const search = 'query($s: String) { elections(filter: { search: $s }) { totalCount } }'
    const told = [
      await post(http, JSON.stringify({ query: search, variables: { s: 'a\0' } })),
      await post(http, JSON.stringify({ query: '{ elections(filter: { search: "a\\u0000" }) { totalCount } }' })),
      await post(http, JSON.stringify({ query: 'query($s: String = "\\u{0}") { elections(filter: { search: $s }) { totalCount } }' })),
      await http.server.inject({ url: `/graphql?query=${encodeURIComponent(search)}&variables=${encodeURIComponent('{"s":"\\u0000"}')}` }),
      await http.server.inject({ url: `/graphql?query=${encodeURIComponent('{ a')}%00` }),
    ]
    expect(told.map((answer) => [answer.statusCode, answer.json().errors[0].message])).toEqual(told.map(() => [400, 'Text must not contain the character U+0000.']))
  })
})

describe('a request that does not get as far as GraphQL', () => {
  const inject = async (options: InjectOptions) => {
    await using http = await serveUnderTest()
    const answer = await http.server.inject({ url: '/graphql', ...options })
    return { ...answer, status: answer.statusCode, json: answer.json(), headers: answer.headers, lines: http.lines }
  }
  test.each<[string, number, InjectOptions]>([
    ['a compressed body', 415, { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, payload: gzipSync('{"query":"{ viewer { role } }"}') }],
    ['a body packed twice', 415, { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': 'br, gzip' }, payload: 'x' }],
    ['text', 415, { method: 'POST', headers: { 'content-type': 'text/plain' }, payload: '{"query":"{ viewer { role } }"}' }],
    ['a form', 415, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'query=%7Bviewer%7Brole%7D%7D' }],
    ['several parts', 415, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, payload: '--x--' }],
    ['no kind of body', 415, { method: 'POST', payload: 'x' }],
    ['half a body of JSON', 400, { method: 'POST', headers: { 'content-type': 'application/json' }, payload: '{"query":' }],
    ['a large body', 413, { method: 'POST', headers: { 'content-type': 'application/json' }, payload: JSON.stringify({ query: 'x'.repeat(70_000) }) }],
    ['a batch', 400, { method: 'POST', headers: { 'content-type': 'application/json' }, payload: '[{"query":"{ viewer { role } }"}]' }],
    ['an address below', 404, { url: '/graphql/elsewhere', headers: { accept: 'text/html' } }],
    ['another verb', 405, { method: 'DELETE' }],
    ['a host that is none', 400, { headers: { host: '[' }, url: '/graphql?query={' }],
    ['a mutation by GET', 405, { url: `/graphql?query=${encodeURIComponent('mutation { openElection(id: "e1") { __typename } }')}` }],
  ])('%s is answered with %i, in GraphQL\'s form', async (_what, expected, options) => {
    const { status, json, lines } = await inject(options)
    expect([status, json]).toEqual([expected, { errors: [expect.objectContaining({ message: expect.any(String), extensions: expect.objectContaining({ code: expect.stringMatching(/^(BAD_USER_INPUT|NOT_FOUND)$/) }) })] }])
    expect(JSON.stringify(json)).not.toMatch(/"(status|http)":/)
    expect(lines).toEqual([])
  })

  test('a person who opens the address in a browser is led to where it can be tried', async () => {
    await using http = await serveUnderTest()
    const { statusCode, headers } = await http.server.inject({ url: '/graphql?query=%7Ba%7D', headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
    expect([statusCode, headers['location']]).toEqual([302, '/explore?query=%7Ba%7D'])
  })

  test('a client that vanishes in the middle of its body is no error of ours', async () => {
    await using http = await serveUnderTest()
    const { port } = new URL(await http.server.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{"query":')
    await new Promise((resolve) => { http.server.server.once('request', resolve) })
    socket.resetAndDestroy()
    await vi.waitFor(() => { expect(http.counted).toEqual(['BAD_USER_INPUT']) })
    expect(http.lines).toEqual([])
  })
})

describe('a subscription without a stream', () => {
  const document = 'subscription { electionChanged(electionId: "e7") { id } }'
  test.each<[string, InjectOptions]>([
    ['by POST', { method: 'POST', payload: { query: document } }],
    ['by POST that would take parts', { method: 'POST', payload: { query: document }, headers: { accept: 'multipart/mixed;subscriptionSpec=1.0, application/json' } }],
    ['by POST that would take parts alone', { method: 'POST', payload: { query: document }, headers: { accept: 'multipart/mixed;boundary="-"' } }],
    ['by POST that would take events', { method: 'POST', payload: { query: document }, headers: { accept: 'text/event-stream' } }],
    ['among other operations', { method: 'POST', payload: { query: `query A { viewer { role } } ${document.replace('subscription', 'subscription B')}`, operationName: 'B' } }],
    ['with its root field left out', { method: 'POST', payload: { query: 'subscription { electionChanged(electionId: "e7") @skip(if: true) { id } }' } }],
    ['by GET', { method: 'GET', query: { query: document } }],
  ])('%s is a mistake of the client, in the answer, in the log and in what is counted', async (_what, options) => {
    await using http = await serveUnderTest()
    const answer = await http.server.inject({ url: '/graphql', ...options })
    expect([400, 405, 406]).toContain(answer.statusCode)
    expect(answer.json().errors[0].extensions.code).toBe('BAD_USER_INPUT')
    expect([new Set(http.counted), http.lines]).toEqual([new Set(['BAD_USER_INPUT']), []])
  })
})
