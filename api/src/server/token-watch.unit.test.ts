import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenIdOf } from '../auth/tokens.js'
import { makeTokenKey } from '../auth/token-key.js'
import { serveSocketsUnderTest, type SocketsUnderTest } from './websocket-under-test.js'

let sockets: SocketsUnderTest
beforeAll(async () => { sockets = await serveSocketsUnderTest() })
afterAll(() => sockets[Symbol.asyncDispose]())

const connect = async (token: string) => {
  const client = sockets.connect()
  const closed = new Promise<string>((resolve) => { client.socket.once('close', (code, reason) => { resolve(`${code} ${String(reason)}`) }) })
  await client.init({ authorization: `Bearer ${token}` })
  return { ...client, closed }
}
const voterToken = () => sockets.tokens.issueVoter({ election: 7, ref: Buffer.alloc(32).toString('base64url'), unit: 'n1', channel: 'ONLINE', attributes: {}, exp: 4_000_000_000 })

describe('a connection whose token', () => {
  test('is revoked is closed within a second, and no other; with that token none is opened any more', async () => {
    const token = await sockets.tokens.issue({ role: 'AUDITOR' })
    const [held, other] = [await connect(token), await connect(await sockets.tokens.issue({ role: 'AUDITOR' }))]
    const since = performance.now()
    sockets.book.revoked.add(tokenIdOf(token) ?? '')
    expect(await held.closed).toBe('4401 Token revoked')
    expect(performance.now() - since).toBeLessThan(1_500)
    expect(other.socket.readyState).toBe(other.socket.OPEN)
    expect(await (await connect(token)).closed).toBe('4401 Unauthorized')
  })

  test('expires is closed', async () => {
    expect(await (await connect(await sockets.tokens.issue({ role: 'AUDITOR', expiresInSeconds: 1 }))).closed).toBe('4401 Token expired')
  })

  test('is of a key that is retired is closed, also a voter\'s', async () => {
    const held = await connect(await voterToken())
    sockets.book.keys.push(makeTokenKey())
    const newer = await connect(await voterToken())
    sockets.book.keys.shift()
    expect(await held.closed).toBe('4401 Token no longer valid')
    expect(newer.socket.readyState).toBe(newer.socket.OPEN)
  })

  test('cannot be looked up is told to come again, if it is no voter\'s; viewers without one stay', async () => {
    const [staff, voter, viewer] = [await connect(await sockets.tokens.issue({ role: 'CLERK' })), await connect(await voterToken()), sockets.connect()]
    await viewer.init()
    sockets.book.isReadable = false
    expect(await staff.closed).toBe('1013 Try again later')
    expect(await (await connect(await sockets.tokens.issue({ role: 'CLERK' }))).closed).toBe('1013 Try again later')
    expect([voter.socket.readyState, viewer.socket.readyState]).toEqual([1, 1])
    sockets.book.isReadable = true
    const again = await connect(await sockets.tokens.issue({ role: 'CLERK' }))
    expect(again.messages[0]).toMatchObject({ type: 'connection_ack' })
  })
})
