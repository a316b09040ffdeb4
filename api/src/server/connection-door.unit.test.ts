import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { NO_PROXY, type TrustedProxies } from './client-address.js'
import type { ConnectionLimits } from './connection-door.js'
import { openHttpServer } from './http-server.js'

async function serveFew(connections: ConnectionLimits, proxies: TrustedProxies = NO_PROXY) {
  const server = openHttpServer({ proxies, connections })
  const clients: Socket[] = []
  server.get('/', async () => 'Here.')
  server.get('/long', async () => { await sleep(2_000); return 'At last.' })
  await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    counted: async (): Promise<number> => new Promise((resolve) => { server.server.getConnections((_error, count) => { resolve(count) }) }),
    /** Connects, says text, and waits until the server has seen it. */
    async come(localAddress: string, text = ''): Promise<{ socket: Socket, told: () => string }> {
      const { port } = server.server.address() as AddressInfo
      const socket = connect({ host: '127.0.0.1', port, localAddress }).on('error', () => undefined)
      let told = ''
      socket.on('data', (data) => { told += String(data) })
      clients.push(socket)
      if (text !== '') socket.write(text)
      await sleep(30)
      return { socket, told: () => told }
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy()
      await server.close()
    },
  }
}

const BEGUN = 'GET / HTTP/1.1\r\n'
const ASKED = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'
const LONG = 'GET /long HTTP/1.1\r\nhost: x\r\n\r\n'
const FEW = { perAddress: 3, together: 5 }

test('an address has so many connections and no more; those that never asked go first', async () => {
  await using few = await serveFew(FEW)
  const asked = await few.come('127.0.0.1', ASKED)
  for (let n = 0; n < 6; n += 1) await few.come('127.0.0.1', BEGUN)
  expect(await few.counted()).toBe(3)
  asked.socket.write(ASKED)
  await expect.poll(() => asked.told().split('Here.').length - 1).toBe(2)
})

test('a request in work is not closed for another of its address', async () => {
  await using few = await serveFew(FEW)
  for (let n = 0; n < 3; n += 1) await few.come('127.0.0.1', LONG)
  const late = await few.come('127.0.0.1', ASKED)
  await expect.poll(() => late.socket.destroyed).toBe(true)
  expect([late.told(), await few.counted()]).toEqual(['', 3])
})

test('where all places are taken, the address with most of them gives one up', async () => {
  await using few = await serveFew(FEW)
  for (let n = 0; n < 3; n += 1) await few.come('127.0.0.2', n === 0 ? LONG : BEGUN)
  for (let n = 0; n < 2; n += 1) await few.come('127.0.0.3', BEGUN)
  const third = await few.come('127.0.0.4', ASKED)
  await expect.poll(third.told).toContain('Here.')
  expect(await few.counted()).toBe(5)
})

test('a proxy of ours has as many as there are in all', async () => {
  await using few = await serveFew(FEW, (address) => address === '127.0.0.2')
  for (let n = 0; n < 8; n += 1) await few.come('127.0.0.2', BEGUN)
  expect(await few.counted()).toBe(5)
})
