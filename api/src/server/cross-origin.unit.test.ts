import { describe, expect, test } from 'vitest'
import { mayConnect, readAllowedOrigins } from './cross-origin.js'
import { serveUnderTest } from './graphql-http-under-test.js'

const PAGE = 'https://results.example'
const OTHER = 'https://elsewhere.example'

/** What a browser on a page asks before it sends JSON, and then. */
async function askFrom(origin: string, allowedOrigins: string) {
  await using http = await serveUnderTest({ allowedOrigins })
  const preflight = await http.server.inject({ method: 'OPTIONS', url: '/graphql', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } })
  const answer = await http.server.inject({ method: 'POST', url: '/graphql', headers: { origin }, payload: { query: '{ viewer { role } }' } })
  const fault = await http.server.inject({ method: 'POST', url: '/graphql', headers: { origin, 'content-type': 'application/json' }, payload: '{' })
  return { preflight, answer, fault, allowed: [preflight, answer, fault].map(({ headers }) => headers['access-control-allow-origin']) }
}

describe('pages of other origins', () => {
  test('all read what is public, errors included, but none with a token', async () => {
    const { preflight, answer, fault, allowed } = await askFrom(OTHER, '*')
    expect(allowed).toEqual(['*', '*', '*'])
    expect([preflight.statusCode, answer.statusCode, fault.statusCode]).toEqual([204, 200, 400])
    expect(preflight.headers).toMatchObject({ 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': '*' })
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined()
  })

  test('that are named may send a token; others are told nothing', async () => {
    const named = await askFrom(PAGE, `${PAGE}, https://press.example/`)
    expect(named.allowed).toEqual([PAGE, PAGE, PAGE])
    expect(named.preflight.headers['access-control-allow-headers']).toContain('authorization')
    expect(named.answer.headers['vary']).toContain('Origin')
    expect((await askFrom(OTHER, PAGE)).allowed).toEqual([undefined, undefined, undefined])
    expect((await askFrom(PAGE, 'none')).allowed).toEqual([undefined, undefined, undefined])
  })

  test.each([
    ['*', OTHER, true], [PAGE, PAGE, true], [PAGE, OTHER, false], [PAGE, 'null', false], [PAGE, undefined, true],
    [PAGE, 'https://live.example:4000', true], ['none', 'https://LIVE.example:4000', true], ['none', PAGE, false], [PAGE, `${PAGE}.evil.example`, false],
  ])('with %s a WebSocket from %s is let in: %s', (setting, origin, expected) => {
    const allowed = readAllowedOrigins(setting) ?? expect.unreachable()
    expect(mayConnect(allowed, { headers: { host: 'live.example:4000', ...(origin === undefined ? {} : { origin }) } })).toBe(expected)
  })

  test.each(['results.example', 'https://results.example/page', 'ftp://x.example', 'https://a.example,', 'https://*.example/', 'null'])('%s is no setting', (setting) => {
    expect(readAllowedOrigins(setting)).toBeUndefined()
  })
})
