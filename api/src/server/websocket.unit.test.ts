import fc from 'fast-check'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { serveSocketsUnderTest, type Client, type SocketsUnderTest } from './websocket-under-test.js'

const TYPENAME = { query: '{ __typename }' }
const subscribe = (id: string, query: string) => ({ id, type: 'subscribe', payload: { query } })

let sockets: SocketsUnderTest
beforeEach(async () => { sockets = await serveSocketsUnderTest() })
afterEach(async () => { await sockets[Symbol.asyncDispose]() })

async function connected(payload?: unknown): Promise<Client> {
  const client = sockets.connect()
  await client.init(payload)
  return client
}
/** Resolves with true once the pong of this number has come. */
function heard({ socket }: Client, number: number): Promise<true> {
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data)) as { type: string, payload?: { at?: number } }
      if (type === 'pong' && payload?.at === number) resolve(true)
    })
  })
}
const errorsLogged = (): string[] => sockets.lines.filter((line) => /"level":(50|60)/.test(line))

describe('the protocol', () => {
  test.for([
    { name: 'text that is no JSON', frame: '{', code: 4400 },
    { name: 'JSON that is no message', frame: '[1]', code: 4400 },
    { name: 'a message of no kind', frame: { type: 'hello' }, code: 4400 },
    { name: 'a binary frame', frame: Buffer.from('{"type":"ping"}'), code: 4400 },
    { name: 'connection_ack, which only servers send', frame: { type: 'connection_ack' }, code: 4400 },
    { name: 'next, which only servers send', frame: { type: 'next', id: 'a', payload: { data: null } }, code: 4400 },
    { name: 'error, which only servers send', frame: { type: 'error', id: 'a', payload: [{ message: 'x' }] }, code: 4400 },
    { name: 'a second connection_init', frame: { type: 'connection_init' }, code: 4429 },
    { name: 'variables nested 20,000 deep', frame: `{"id":"a","type":"subscribe","payload":{"query":"{ __typename }","variables":{"v":${'['.repeat(20_000)}${']'.repeat(20_000)}}}}`, code: 4400 },
    { name: 'a ping with more than 1 KiB to say', frame: { type: 'ping', payload: { at: 'x'.repeat(1_100) } }, code: 4400 },
    { name: 'a frame of more than 64 KiB', frame: 'x'.repeat(70_000), code: 1009 },
  ])('closes with $code at $name', async ({ frame, code }) => {
    const client = await connected()
    client.send(frame)
    expect(await client.closed).toBe(code)
    expect(errorsLogged()).toEqual([])
  })

  test('closes with 4429 the sockets of an address that send too much together, each of them within its own bounds', async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => connected()))
    const frame = JSON.stringify({ id: 'a', type: 'subscribe', payload: { query: `{ __typename } # ${'x'.repeat(60_000)}` } })
    for (let at = 0; at < 40; at += 1) for (const client of clients) client.send(frame)
    expect(await Promise.race(clients.map(({ closed }) => closed))).toBe(4429)
  })

  test('closes with 4401 whoever subscribes before they are acknowledged', async () => {
    const client = sockets.connect()
    await once(client.socket, 'open')
    client.send(subscribe('a', '{ __typename }'))
    expect(await client.closed).toBe(4401)
  })

  test('closes with 4408 whoever does not begin within three seconds', async () => {
    const client = sockets.connect()
    expect(await client.closed).toBe(4408)
  })

  test('closes with 4406 whoever speaks another protocol', async () => {
    const { WebSocket } = await import('ws')
    const other = new WebSocket(`ws://127.0.0.1:${sockets.port}/graphql`, [])
    const [code] = await once(other, 'close') as [number]
    expect(code).toBe(4406)
  })

  test('answers a ping with its payload, and queries in the order in which they came', async () => {
    const client = await connected()
    client.send({ type: 'ping', payload: { at: 1 } })
    for (const id of ['a', 'b', 'c']) client.send({ id, type: 'subscribe', payload: TYPENAME })
    await vi.waitFor(() => { expect(client.messages).toHaveLength(8) })
    expect(client.messages.map(({ type, id }) => `${type} ${id ?? ''}`)).toEqual(['connection_ack ', 'pong ', 'next a', 'complete a', 'next b', 'complete b', 'next c', 'complete c'])
  })

  test.for([
    'subscription { electionChanged(electionId: "e1") @skip(if: true) { id } }',
    'subscription { electionChanged(electionId: "e1") @include(if: false) { id } }',
    'subscription { ...F @skip(if: true) } fragment F on Subscription { electionChanged(electionId: "e1") { id } }',
    'subscription { ... @include(if: false) { electionChanged(electionId: "e1") { id } } }',
    'subscription ($x: Boolean = true) { electionChanged(electionId: "e1") @skip(if: $x) { id } }',
  ])('answers %s with an error, and goes on', async (query) => {
    const client = await connected()
    client.send(subscribe('a', query))
    client.send({ id: 'b', type: 'subscribe', payload: TYPENAME })
    await vi.waitFor(() => { expect(client.messages).toHaveLength(4) })
    expect(client.messages[1]).toMatchObject({ type: 'error', id: 'a', payload: [{ message: expect.stringMatching(/cannot be left out|was not provided/), extensions: { code: 'BAD_USER_INPUT' } }] })
    expect(client.messages[2]).toMatchObject({ type: 'next', id: 'b' })
    expect(errorsLogged()).toEqual([])
  })
})

describe('the token of a connection', () => {
  const VIEWER = '{ viewer { role } }'
  test.for(['authorization', 'Authorization', 'AUTHORIZATION'])('is read from %s, and from headers', async (name) => {
    const authorization = `Bearer ${await sockets.tokens.issue({ role: 'MANAGER', subject: 'ada' })}`
    for (const payload of [{ [name]: authorization }, { headers: { [name]: authorization } }]) {
      const client = await connected(payload)
      client.send(subscribe('a', VIEWER))
      await vi.waitFor(() => { expect(client.messages[1]).toMatchObject({ payload: { data: { viewer: { role: 'MANAGER' } } } }) })
    }
  })

  test.for([
    { authorization: 7 }, { authorization: { token: 'x' } }, { authorization: 'Basic eDp5' }, { authorization: '  ' }, { authorization: 'Bearer' },
    { authorization: ['Bearer a'] }, { headers: { authorization: 'Bearer forged.token.here' } }, { headers: { Authorization: false } },
  ])('%j is refused with 4401, not taken for anonymous', async (payload) => {
    const client = await connected(payload)
    expect(await client.closed).toBe(4401)
    expect(errorsLogged()).toEqual([])
  })

  test.for([undefined, {}, { headers: {} }, { headers: 7 }, { authorization: null }])('%j is nobody in particular', async (payload) => {
    const client = await connected(payload)
    client.send(subscribe('a', VIEWER))
    await vi.waitFor(() => { expect(client.messages[1]).toMatchObject({ payload: { data: { viewer: { role: 'ANONYMOUS' } } } }) })
  })
})

describe('whoever sends and does not read', () => {
  test('is cut off at the first ping of 60 kB, and none is answered', async () => {
    const client = await connected()
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(60_000) } })
    for (let at = 0; at < 400 && client.socket.readyState === client.socket.OPEN; at += 1) client.send(ping)
    expect(await client.closed).toBe(4400)
    expect(client.messages.map(({ type }) => type)).toEqual(['connection_ack'])
  })

  test('is cut off with 4429 once they have sent too many messages in a minute, whatever kind', async () => {
    for (const send of [
      (client: Client) => client.send({ type: 'pong' }),
      (client: Client) => client.send({ type: 'complete', id: 'none' }),
      (client: Client) => { client.socket.pong() },
      (client: Client) => { client.socket.ping() },
    ]) {
      const client = await connected()
      for (let at = 0; at < 1_500; at += 1) {
        if (client.socket.readyState === client.socket.OPEN) send(client)
        if (at % 50 === 0) await new Promise((resolve) => { setImmediate(resolve) })
      }
      expect(await client.closed).toBe(4429)
    }
  })
})

describe('the door', () => {
  test('lets so many in from one address, and others beside them', async () => {
    await using few = await serveSocketsUnderTest({ perAddress: 3 })
    const inside = [few.connect('127.0.0.7'), few.connect('127.0.0.7'), few.connect('127.0.0.7')]
    await Promise.all(inside.map((client) => client.init()))
    expect(await few.connect('127.0.0.7').closed).toBe(429)
    await few.connect('127.0.0.8').init()
    await vi.waitFor(() => { expect(few.connections()).toBe(4) })
    inside[0]?.socket.close()
    await vi.waitFor(() => { expect(few.connections()).toBe(3) })
    const next = few.connect('127.0.0.7')
    await next.init()
    expect(next.messages).toEqual([{ type: 'connection_ack' }])
  })

  test('has places for so many in all', async () => {
    await using few = await serveSocketsUnderTest({ together: 2 })
    await Promise.all([few.connect('127.0.0.7').init(), few.connect('127.0.0.8').init()])
    expect(await few.connect('127.0.0.9').closed).toBe(503)
  })

  test('opens so often in a minute for one address', async () => {
    await using few = await serveSocketsUnderTest({ handshakesPerMinute: 2 })
    for (let at = 0; at < 2; at += 1) {
      const client = few.connect()
      await client.init()
      client.socket.close()
      await client.closed
    }
    expect(await few.connect().closed).toBe(429)
  })
})

describe('requests over a WebSocket', () => {
  test('are limited by who asks, not by the address: the holders of two tokens behind one have a share each, whichever of their sockets it is', async () => {
    await using few = await serveSocketsUnderTest({ requestsPerMinute: 2 })
    const open = async (subject?: string): Promise<Client> => {
      const client = few.connect()
      await client.init(subject === undefined ? undefined : { authorization: `Bearer ${await few.tokens.issue({ role: 'OBSERVER', subject })}` })
      return client
    }
    /** What a request over this socket hears. */
    const ask = async (client: Client): Promise<string> => {
      const from = client.messages.length
      client.send({ id: `ask ${from}`, type: 'subscribe', payload: TYPENAME })
      await vi.waitFor(() => { expect(client.messages.slice(from).some(({ type }) => type === 'complete' || type === 'error')).toBe(true) })
      return JSON.stringify(client.messages[from]).includes('RATE_LIMITED') ? 'wait' : 'here'
    }
    const [ann, annAgain, bob, nobody] = [await open('ann'), await open('ann'), await open('bob'), await open()]
    expect([await ask(ann), await ask(annAgain), await ask(ann), await ask(annAgain)]).toEqual(['here', 'here', 'wait', 'wait'])
    expect([await ask(bob), await ask(bob), await ask(bob)]).toEqual(['here', 'here', 'wait'])
    expect([await ask(nobody), await ask(await open()), await ask(nobody)]).toEqual(['here', 'here', 'wait'])
  })
})

test('two thousand mutated frames are told as faults of the client, never as ours', async () => {
  const SOUND = [
    { type: 'ping' }, { type: 'connection_init' }, subscribe('a', '{ __typename }'), subscribe('b', 'subscription { electionChanged(electionId: "e1") { id } }'),
    { id: 'a', type: 'complete' }, { id: 'c', type: 'subscribe', payload: { query: 'query ($a: Int) { __typename }', variables: { a: 1 }, operationName: 'x', extensions: {} } },
  ].map((message) => JSON.stringify(message))
  const junk = fc.constantFrom('{', '}', '"', '[', ']', ':', ',', 'null', '1e999', '\\u0000', '\u0000', '__proto__', 'subscribe', 'subscription', '@skip(if: true)', '$x', '…', ' ')
  const mutated = fc.tuple(fc.constantFrom(...SOUND), fc.array(fc.tuple(fc.nat(200), fc.nat(6), junk), { maxLength: 4 }))
    .map(([text, edits]) => edits.reduce((now, [at, cut, put]) => now.slice(0, at % (now.length + 1)) + put + now.slice(at % (now.length + 1) + cut), text))
  const frames = fc.sample(mutated, { numRuns: 2_000, seed: 7 })
  let client = await connected()
  const codes = new Set<number>()
  for (const [at, frame] of frames.entries()) {
    client.send(frame)
    if (at % 5 !== 4) continue
    // Frames are taken one after the other: whoever hears this has heard all that came before.
    client.send({ type: 'ping', payload: { at } })
    const isOpen = await Promise.race([client.closed.then((code) => { codes.add(code); return false }), heard(client, at)])
    if (!isOpen) client = await connected()
  }
  expect([...codes].filter((code) => ![4400, 4401, 4409, 4429].includes(code))).toEqual([])
  expect(errorsLogged()).toEqual([])
  expect(sockets.counted).not.toContain('INTERNAL_SERVER_ERROR')
})
