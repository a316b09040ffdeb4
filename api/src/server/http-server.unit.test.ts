import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NO_PROXY } from './client-address.js'
import { openHttpServer, requestTimes } from './http-server.js'

const server = openHttpServer({ proxies: NO_PROXY, slowMs: 300 })
beforeAll(async () => {
  server.post('/echo', async ({ body }) => body)
  await server.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => server.close())

/** Sends text, then a sign every 50 ms, until the server ends it. */
function drip(text: string): Promise<string> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  let told = ''
  socket.write(text)
  const timer = setInterval(() => { socket.write('a') }, 50)
  socket.on('data', (data) => { told += String(data) }).on('error', () => undefined)
  return new Promise((resolve) => { socket.on('close', () => { clearInterval(timer); resolve(told) }) })
}

test.each([
  ['headers', 'POST /echo HTTP/1.1\r\nhost: x\r\nx-slow: '],
  ['a body', 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{"a":"'],
])('%s that come sign by sign are cut off, and told so in GraphQL\'s form', async (_what, text) => {
  const began = performance.now()
  const told = await drip(text)
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(told).toMatch(/^HTTP\/1\.1 408 /)
  expect(JSON.parse(told.split('\r\n\r\n')[1] ?? '')).toEqual({ errors: [{ message: 'The request took too long to arrive.', extensions: { code: 'BAD_USER_INPUT' } }] })
})

test('what is no HTTP is told so', async () => {
  expect(await drip('HELO there\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"BAD_USER_INPUT"/)
})

test('slow is thirty seconds, looked for every second', () => {
  expect(requestTimes()).toEqual({ requestTimeout: 30_000, headersTimeout: 30_000, connectionsCheckingInterval: 1_000 })
})
