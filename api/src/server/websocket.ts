import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { ExecutionArgs, GraphQLError, GraphQLSchema } from 'graphql'
import { handleProtocols, makeServer, type Context, type SubscribePayload } from 'graphql-ws'
import type { Logger } from 'pino'
import { WebSocketServer, type WebSocket } from 'ws'
import { ANONYMOUS, identify, type Identity } from '../auth/identity.js'
import { createLiveExecution } from '../live/live-execution.js'
import type { RequestContext, Services } from './context.js'
import { createClientCosts, type ClientCosts } from './cost/client-cost.js'
import { ApiError, badInput, dearAnswers, rateLimited } from './errors.js'
import type { Masking } from './masking.js'
import type { ApiMetrics } from './metrics.js'
import type { RequestLimit } from './rate-limit.js'
import { createDocumentReader } from './document-reader.js'
import { mayConnect, type AllowedOrigins } from './cross-origin.js'
import { hasNul, NUL_SENTENCE } from './nul.js'
import { addressOf, type TrustedProxies } from './client-address.js'
import { closeOnExpiry, CLOSE, keepAlive, sendText } from './socket.js'
import { whoAsks } from './who-asks.js'

interface Dependencies {
  schema: GraphQLSchema
  services: Services
  masking: Masking
  limit: RequestLimit
  costs?: ClientCosts
  metrics: ApiMetrics
  logger: Logger
  subscriptionsPerConnection: number
  proxies: TrustedProxies
  origins: AllowedOrigins
}

interface Extra { socket: WebSocket, address: string, identity: Identity, who: string, stopWaiting: () => void }
type ConnectionContext = Context<Record<string, unknown> | undefined, Extra>

const MOST_MESSAGE_BYTES = 64 * 1024
const INIT_WITHIN_MS = 3_000

/** GraphQL over WebSocket (graphql-transport-ws) at /graphql, under the rules of `rules.ts` and `masking.ts` as HTTP is. */
export function serveGraphqlOverWebSocket(http: Server, dependencies: Dependencies): AsyncDisposable {
  const { schema, services, masking, limit, costs = createClientCosts(), metrics, logger, subscriptionsPerConnection, proxies, origins } = dependencies
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_MESSAGE_BYTES, handleProtocols: (protocols) => handleProtocols(protocols) })
  const countedMask = (error: unknown): GraphQLError => {
    const masked = masking(error)
    metrics.countError(String(masked.extensions['code']))
    return masked
  }
  const readDocument = createDocumentReader(schema)
  const live = createLiveExecution({ masking: countedMask, onSubscriptions: metrics.subscriptions })

  const connect = async (context: ConnectionContext): Promise<boolean> => {
    const { extra } = context
    const token = context.connectionParams?.['authorization'] ?? context.connectionParams?.['Authorization']
    try {
      extra.identity = await identify(services.tokens, token)
    } catch {
      await limit(extra.who)
      extra.socket.close(CLOSE.unauthorized, 'Unauthorized')
      return false
    }
    extra.who = whoAsks(extra.identity, extra.address)
    extra.stopWaiting = closeOnExpiry(extra.socket, extra.identity)
    return true
  }
  const prepare = async (context: ConnectionContext, payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    const { extra } = context
    const fault = (error: unknown): readonly GraphQLError[] => [countedMask(error)]
    if (Object.keys(context.subscriptions).length > subscriptionsPerConnection) {
      return fault(new ApiError('RATE_LIMITED', `A connection holds at most ${subscriptionsPerConnection} operations at once.`))
    }
    const waitMs = await limit(extra.who)
    if (waitMs > 0) return fault(rateLimited('Too many requests came from you within a minute.', waitMs))
    const cost = costs(extra.who)
    const owedMs = cost.waitMs()
    if (owedMs > 0) return fault(dearAnswers(owedMs))
    if (hasNul(payload.variables)) return fault(badInput(NUL_SENTENCE))
    const read = readDocument(payload.query)
    if (!read.ok) return read.errors.map(countedMask)
    const contextValue: RequestContext = { identity: extra.identity, address: extra.address, services, cost, shown: new Map() }
    return { schema, document: read.document, contextValue, variableValues: payload.variables ?? {}, operationName: payload.operationName ?? null }
  }
  const protocol = makeServer<Record<string, unknown> | undefined, Extra>({
    connectionInitWaitTimeout: INIT_WITHIN_MS,
    onConnect: connect,
    onSubscribe: (context, _id, payload) => prepare(context, payload),
    execute: (args) => live.execute(args as ExecutionArgs),
    subscribe: (args) => live.subscribe(args as ExecutionArgs),
    onError: (_context, _id, _payload, errors) => errors.map((error) => masking(error).toJSON()),
  })

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const address = addressOf(request, proxies)
    const extra: Extra = { socket, address, identity: ANONYMOUS, who: whoAsks(ANONYMOUS, address), stopWaiting: () => undefined }
    metrics.connections(1)
    const stopPings = keepAlive(socket)
    socket.on('error', (error) => { logger.debug({ err: error }, 'A WebSocket broke.') })
    const closed = protocol.opened({
      protocol: socket.protocol,
      send: (text) => sendText(socket, text),
      close: (code, reason) => { socket.close(code, reason) },
      onMessage: (handle) => {
        socket.on('message', (data) => {
          handle(String(data)).catch((error: unknown) => {
            logger.error({ err: error }, 'A WebSocket message could not be handled.')
            socket.close(1011, 'Internal server error')
          })
        })
      },
    }, extra)
    socket.once('close', (code, reason) => {
      stopPings()
      extra.stopWaiting()
      metrics.connections(-1)
      closed(code, String(reason)).catch((error: unknown) => { logger.error({ err: error }, 'A WebSocket could not be cleared away.') })
    })
  })
  const upgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    if (request.url?.split('?')[0] !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    if (!mayConnect(origins, request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (opened) => { sockets.emit('connection', opened, request) })
  }
  http.on('upgrade', upgrade)

  return {
    async [Symbol.asyncDispose]() {
      http.off('upgrade', upgrade)
      for (const socket of sockets.clients) socket.close(CLOSE.goingAway, 'Going away')
      const impatience = setTimeout(() => { for (const socket of sockets.clients) socket.terminate() }, 1_000)
      await new Promise<void>((resolve) => { sockets.close(() => { resolve() }) })
      clearTimeout(impatience)
    },
  }
}
