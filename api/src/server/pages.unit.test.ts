import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NO_PROXY } from './client-address.js'
import { openHttpServer } from './http-server.js'
import { PAGE_PATHS } from './page-addresses.js'
import { servePages } from './pages.js'

const clientFolder = mkdtempSync(join(tmpdir(), 'pages-'))
writeFileSync(join(clientFolder, 'index.html'), '<title>LiveTally</title>')
const server = openHttpServer({ proxies: NO_PROXY })
beforeAll(() => servePages(server, { clientFolder, hstsSeconds: 3_600 }))
afterAll(async () => { await server.close(); rmSync(clientFolder, { recursive: true }) })

const ACCEPTS = [undefined, '*/*', 'text/html', 'application/json', 'image/png']

describe('pages', () => {
  test.each(['/', '/e/parish', '/e/parish/', '/e/parish/vote', '/receipt', '/receipt/ABCD?from=mail'])('%s is the page, whatever is accepted', async (url) => {
    for (const accept of ACCEPTS) {
      const { statusCode, body, headers } = await server.inject({ url, headers: accept === undefined ? {} : { accept } })
      expect([statusCode, body, headers['content-type']]).toEqual([200, '<title>LiveTally</title>', 'text/html; charset=utf-8'])
    }
    expect((await server.inject({ method: 'HEAD', url })).statusCode).toBe(200)
  })

  test.each(['/elections/anything', '/e', '/e/a/b', '/receipt/a/b', '/.env', '/assets/none.js', '/index.php'])('%s is nothing: 404, by the page for people and in GraphQL\'s form for programs', async (url) => {
    const forPeople = await server.inject({ url, headers: { accept: 'text/html,*/*;q=0.8' } })
    expect([forPeople.statusCode, forPeople.body]).toEqual([404, '<title>LiveTally</title>'])
    const forPrograms = await server.inject({ url })
    expect([forPrograms.statusCode, forPrograms.json()]).toEqual([404, { errors: [{ message: expect.any(String), extensions: { code: 'NOT_FOUND' } }] }])
  })

  test('a page is read, not written to', async () => {
    expect((await server.inject({ method: 'POST', url: '/e/parish', payload: { a: 1 } })).statusCode).toBe(404)
  })

  test('the addresses are those of the client\'s router', () => {
    const router = readFileSync(new URL('../../../client/src/router.ts', import.meta.url), 'utf8')
    expect([...router.matchAll(/path: '([^']+)'/g)].map(([, path]) => path).filter((path) => path !== '/:path(.*)*')).toEqual(PAGE_PATHS)
  })
})

describe('what a page may load', () => {
  test.each(['/', '/explore'])('%s runs no script that is not ours, and sends nothing elsewhere', async (url) => {
    const policy = String((await server.inject({ url })).headers['content-security-policy'])
    const of = (name: string) => new RegExp(`(?:^|;)\\s*${name} ([^;]+)`).exec(policy)?.[1]
    expect(of('script-src')).toMatch(url === '/' ? /^'self'$/ : /^'sha256-[\w+/=]{44}' 'unsafe-eval'$/)
    expect([of('default-src'), of('script-src-attr'), of('connect-src'), of('base-uri'), of('frame-ancestors')]).toEqual(["'none'", "'none'", "'self'", "'none'", "'none'"])
  })

  test('browsers are told to come by HTTPS alone where the setting says so', async () => {
    expect((await server.inject({ url: '/' })).headers['strict-transport-security']).toBe('max-age=3600')
  })
})
