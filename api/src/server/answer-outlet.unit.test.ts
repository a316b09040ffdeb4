import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ANSWER_LIMITS, type AnswerLimits } from './answer-outlet.js'
import { NO_PROXY } from './client-address.js'
import { openHttpServer } from './http-server.js'

const MIB = 1024 * 1024
/** More than the network keeps for somebody who does not read. */
const LARGE = 'x'.repeat(12 * MIB)
const ASK = 'GET /large HTTP/1.1\r\nhost: x\r\n\r\n'

/** A server that tells how many requests were answered, and clients that read nothing by themselves. */
async function serveLarge(answers: Partial<AnswerLimits>) {
  const server = openHttpServer({ proxies: NO_PROXY, answers: { ...ANSWER_LIMITS, ...answers } })
  const clients: Socket[] = []
  let answered = 0
  let come = 0
  server.server.on('connection', () => { come += 1 })
  server.get('/large', async () => { answered += 1; return LARGE })
  server.get('/small/:n', async ({ params }) => { await sleep(20); return params })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const counted = async (): Promise<number> => new Promise((resolve) => { server.server.getConnections((_error, count) => { resolve(count) }) })
  return {
    answered: () => answered,
    come: () => come,
    counted,
    ask(text: string, localAddress = '127.0.0.1'): Socket {
      const { port } = server.server.address() as AddressInfo
      const socket = connect({ host: '127.0.0.1', port, localAddress }).on('error', () => undefined).pause()
      socket.write(text)
      clients.push(socket)
      return socket
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy()
      await server.close()
    },
  }
}

test('requests sent ahead by somebody who reads nothing are not answered ahead', async () => {
  await using large = await serveLarge({})
  large.ask(ASK.repeat(5))
  await sleep(400)
  expect(large.answered()).toBe(1)
})

test('requests sent ahead by somebody who reads are all answered, in order', async () => {
  await using large = await serveLarge({})
  const socket = large.ask(Array.from({ length: 9 }, (_, n) => `GET /small/${n} HTTP/1.1\r\nhost: x\r\n\r\n`).join(''))
  let told = ''
  socket.on('data', (data) => { told += String(data) }).resume()
  await expect.poll(() => [...told.matchAll(/"n":"(\d)"/g)].map(([, n]) => Number(n))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

test('a connection that sends more requests ahead than may wait is closed', async () => {
  await using large = await serveLarge({})
  large.ask(ASK.repeat(48))
  await expect.poll(large.come).toBe(1)
  await expect.poll(large.counted).toBe(0)
  expect(large.answered()).toBeLessThanOrEqual(1)
})

test('an answer that is taken in a trickle is cut off at its deadline', async () => {
  await using large = await serveLarge({ withinMs: 500 })
  const socket = large.ask(ASK)
  const trickle = setInterval(() => { socket.read(1_000) }, 50)
  await expect.poll(large.answered).toBe(1)
  await expect.poll(large.counted, { timeout: 2_000 }).toBe(0)
  clearInterval(trickle)
})

test('of an address that leaves too much, the oldest answer is cut off', async () => {
  await using large = await serveLarge({ perAddress: 30 * MIB })
  for (let n = 1; n <= 6; n += 1) {
    large.ask(ASK)
    await expect.poll(large.answered).toBe(n)
  }
  await expect.poll(large.counted).toBe(2)
})

test('where all leave too much together, it is the one who leaves most', async () => {
  await using large = await serveLarge({ together: 40 * MIB })
  const modest = large.ask(ASK, '127.0.0.2')
  await expect.poll(large.answered).toBe(1)
  for (let n = 2; n <= 7; n += 1) {
    large.ask(ASK, '127.0.0.3')
    await expect.poll(large.answered).toBe(n)
  }
  await expect.poll(large.counted).toBe(3)
  let taken = 0
  modest.on('data', (data: Buffer) => { taken += data.length }).resume()
  await expect.poll(() => taken).toBeGreaterThan(LARGE.length)
})
