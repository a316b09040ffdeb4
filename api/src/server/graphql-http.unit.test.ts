import { describe, expect, test } from 'vitest'
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

  test('X-Forwarded-For makes no client out of another, unless a proxy wrote it', async () => {
    await using open = await serveUnderTest({ requestsPerMinute: 2 })
    const claims = ['1.1.1.1', '2.2.2.2', '3.3.3.3'].map((address) => ({ 'x-forwarded-for': address }))
    expect(await statuses(open, claims)).toEqual([200, 200, 429])
    await using proxied = await serveUnderTest({ requestsPerMinute: 2, trustProxy: '1' })
    expect(await statuses(proxied, claims.map((claim) => ({ 'x-forwarded-for': `${claim['x-forwarded-for']}, 198.51.100.7` })))).toEqual([200, 200, 429])
    expect(await statuses(proxied, [...claims, ...claims])).toEqual([200, 200, 200, 200, 200, 200])
  })
})
