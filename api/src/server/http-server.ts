import type { Socket } from 'node:net'
import { fastify, type FastifyInstance } from 'fastify'
import { ANSWER_LIMITS, boundAnswers, type AnswerLimits } from './answer-outlet.js'
import type { TrustedProxies } from './client-address.js'
import { guardConnections, type ConnectionLimits } from './connection-door.js'
import { DEFAULT_LIMITS } from '../settings.js'

/** Whoever takes longer than this to send a request, or takes nothing of an answer for as long, is cut off. */
const MOST_SLOW_MS = 30_000

/** Node looks for slow requests every so often; by default that seldom that the limit above would be doubled. */
export const requestTimes = (slowMs = MOST_SLOW_MS) => ({ requestTimeout: slowMs, headersTimeout: slowMs, connectionsCheckingInterval: Math.min(1_000, slowMs / 4) })

interface HttpServerSettings {
  proxies: TrustedProxies
  slowMs?: number
  connections?: ConnectionLimits
  answers?: AnswerLimits
}

const CONNECTIONS: ConnectionLimits = { perAddress: DEFAULT_LIMITS.httpConnectionsPerAddress, together: DEFAULT_LIMITS.httpConnections }

/** The HTTP server of an API process, with no routes yet: it bounds connections and what they leave unread. It logs nothing by itself. */
export function openHttpServer({ proxies, slowMs = MOST_SLOW_MS, connections = CONNECTIONS, answers = ANSWER_LIMITS }: HttpServerSettings): FastifyInstance {
  const server = fastify({
    logger: false,
    trustProxy: proxies,
    forceCloseConnections: 'idle',
    requestTimeout: slowMs,
    connectionTimeout: slowMs,
    http: requestTimes(slowMs),
    clientErrorHandler: answerBrokenRequest,
  })
  guardConnections(server.server, proxies, connections)
  boundAnswers(server, proxies, answers)
  return server
}

const BROKEN: Readonly<Record<string, readonly [string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers of the request are too large.'],
}

/** What is not even HTTP, or never ends, is told so in GraphQL's form, and the connection is closed. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) { socket.destroy(); return }
  const [status, message] = BROKEN[error.code ?? ''] ?? ['400 Bad Request', 'This is not a request that HTTP knows.']
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] })
  socket.end(`HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`, () => { socket.destroy() })
}
