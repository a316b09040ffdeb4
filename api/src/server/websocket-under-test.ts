import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { createTokens, type Tokens } from '../auth/tokens.js'
import { buildApiSchema } from '../schema/build-schema.js'
import { tokenBookUnderTest, type TokenBookUnderTest } from '../testing/token-book-under-test.js'
import { NO_PROXY } from './client-address.js'
import type { Services } from './context.js'
import { createClientCosts } from './cost/client-cost.js'
import { notFound } from './errors.js'
import { createMasking } from './masking.js'
import type { ApiMetrics } from './metrics.js'
import { createRequestLimit } from './rate-limit.js'
import type { DoorLimits } from './socket-door.js'
import { serveGraphqlOverWebSocket } from './websocket.js'

export interface SocketsUnderTest extends AsyncDisposable {
  readonly tokens: Tokens
  /** What is known of tokens: revoke, rotate and hide it at will. */
  readonly book: TokenBookUnderTest
  readonly port: number
  /** What the log says, a line each. */
  readonly lines: string[]
  /** Codes of the errors that were counted. */
  readonly counted: string[]
  /** Sockets that are open, as the metrics have it. */
  readonly connections: () => number
  connect(address?: string): Client
}

export interface Client {
  readonly socket: WebSocket
  /** Messages that came, parsed. */
  readonly messages: { type: string, id?: string, payload?: unknown }[]
  send(message: unknown): void
  /** Resolves with the code once it is closed, or with the HTTP status if it was never opened. */
  readonly closed: Promise<number>
  /** Opens it with `connection_init`. */
  init(payload?: unknown): Promise<void>
}

const schema = buildApiSchema()

/** GraphQL over WebSocket on a real port, without a database or elections. */
export async function serveSocketsUnderTest({ requestsPerMinute = 1_000_000, ...connections }: Partial<DoorLimits> & { requestsPerMinute?: number } = {}): Promise<SocketsUnderTest> {
  const lines: string[] = []
  const counted: string[] = []
  let open = 0
  const logger = pino({ level: 'info' }, { write: (line: string) => { lines.push(line) } })
  const book = tokenBookUnderTest()
  const tokens = createTokens(book)
  const http = createServer()
  // Whatever is asked of elections: there are none.
  const absent = new Proxy({}, { get: () => async () => { throw notFound('There is no such election.') } })
  const services = new Proxy({ tokens, logger } as unknown as Services, { get: (known, name) => Reflect.get(known, name) as unknown ?? absent })
  const metrics = { countError: (code: string) => { counted.push(code) }, connections: (change: number) => { open += change }, subscriptions: () => undefined } as unknown as ApiMetrics
  const served = serveGraphqlOverWebSocket(http, {
    schema, logger, metrics, services, masking: createMasking(logger), limit: createRequestLimit(requestsPerMinute), costs: createClientCosts(), proxies: NO_PROXY, origins: 'ANY',
    subscriptionsPerConnection: 20, connections: { perAddress: 1_000, together: 1_000, handshakesPerMinute: 1_000_000, ...connections },
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const clients: WebSocket[] = []
  return {
    tokens, book, port, lines, counted, connections: () => open,
    connect(address = '127.0.0.1') {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { localAddress: address })
      clients.push(socket)
      const messages: Client['messages'] = []
      socket.on('message', (data) => { messages.push(JSON.parse(String(data)) as Client['messages'][number]) })
      const closed = new Promise<number>((resolve) => {
        socket.once('unexpected-response', (request, response) => {
          resolve(response.statusCode ?? 0)
          request.destroy()
        })
        socket.on('error', () => undefined)
        socket.once('close', resolve)
      })
      const send = (message: unknown): void => socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
      return {
        socket, messages, send, closed,
        async init(payload) {
          if (socket.readyState !== socket.OPEN) await Promise.race([once(socket, 'open'), closed])
          send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) })
          await Promise.race([once(socket, 'message'), closed])
        },
      }
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.terminate()
      await served[Symbol.asyncDispose]()
      http.close()
    },
  }
}
