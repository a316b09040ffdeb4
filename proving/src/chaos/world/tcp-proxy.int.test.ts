import { eventually } from '@livetally/local'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'

/** A parrot repeats whatever it hears. */
async function startParrot(): Promise<Server> {
  const parrot = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  parrot.listen(0, '127.0.0.1')
  await once(parrot, 'listening')
  return parrot
}

interface Caller { socket: Socket, heard: () => string, say: (text: string) => void }

async function call(port: number): Promise<Caller> {
  const socket = connect({ host: '127.0.0.1', port })
  let heard = ''
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => { heard += chunk.toString() })
  await once(socket, 'connect')
  return { socket, heard: () => heard, say: (text) => { socket.write(text) } }
}

describe('a way that can be broken', () => {
  let parrot: Server
  let proxy: TcpProxy
  const callers: Caller[] = []
  const caller = async (): Promise<Caller> => {
    const one = await call(proxy.port)
    callers.push(one)
    return one
  }
  beforeEach(async () => {
    parrot = await startParrot()
    proxy = await startTcpProxy({ port: (parrot.address() as AddressInfo).port })
  })
  afterEach(async () => {
    for (const { socket } of callers.splice(0)) socket.destroy()
    await proxy[Symbol.asyncDispose]()
    await new Promise((resolve) => parrot.close(resolve))
  })

  test('passes on what is said, both ways', async () => {
    const polly = await caller()
    polly.say('hello')
    await eventually(() => polly.heard() === 'hello')
  })

  test('is cut: who talked is told, who calls again gets through', async () => {
    const polly = await caller()
    polly.say('hello')
    await eventually(() => polly.heard() === 'hello')
    proxy.cut()
    await eventually(() => polly.socket.destroyed)
    const again = await caller()
    again.say('back')
    await eventually(() => again.heard() === 'back')
  })

  test('is held: nothing passes, and nothing is lost', async () => {
    const polly = await caller()
    polly.say('one ')
    await eventually(() => polly.heard() === 'one ')
    proxy.hold()
    polly.say('two')
    const late = await caller()
    late.say('late')
    await expect(eventually(() => polly.heard() !== 'one ' || late.heard() !== '', { limitMs: 150 })).rejects.toThrow(/in vain/)
    proxy.resume()
    await eventually(() => polly.heard() === 'one two' && late.heard() === 'late')
  })

  test('is resumed without having been held: nothing is said twice', async () => {
    const polly = await caller()
    polly.say('one ')
    await eventually(() => polly.heard() === 'one ')
    proxy.resume()
    polly.say('two')
    await eventually(() => polly.heard().length >= 7)
    expect(polly.heard()).toBe('one two')
    polly.say(' three')
    await eventually(() => polly.heard().endsWith('three'))
    expect(polly.heard()).toBe('one two three')
  })

  test('is stranded: nobody is told, nothing passes any more, and a new call gets through', async () => {
    const polly = await caller()
    polly.say('one')
    await eventually(() => polly.heard() === 'one')
    proxy.strand()
    polly.say('two')
    const again = await caller()
    again.say('back')
    await eventually(() => again.heard() === 'back')
    expect(polly.heard()).toBe('one')
    expect(polly.socket.destroyed).toBe(false)
  })
})
