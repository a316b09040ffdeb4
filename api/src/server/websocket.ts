import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { ExecutionArgs, GraphQLError } from 'graphql'
import { handleProtocols, makeServer, type Context, type SubscribePayload } from 'graphql-ws'
import { WebSocketServer, type WebSocket } from 'ws'
import { ANONYMOUS, identify, type Identity } from '../auth/identity.js'
import { createLiveExecution } from '../live/live-execution.js'
import type { RequestContext } from './context.js'
import { createClientBudgets } from './cost/client-budget.js'
import { openAccount } from './cost/client-cost.js'
import { ApiError, badInput } from './errors.js'
import type { ApiMetrics } from './metrics.js'
import { takeRequest } from './rate-limit.js'
import { createDocumentDoor } from './document-door.js'
import { createDocumentReader } from './document-reader.js'
import { mayConnect } from './cross-origin.js'
import { hasNul, NUL_SENTENCE } from './nul.js'
import { addressOf } from './client-address.js'
import { authorizationOf } from './connection-token.js'
import type { Serving } from './serving.js'
import { CLOSE, keepAlive } from './socket.js'
import { createSocketDoor, type DoorLimits, type TurnedAway } from './socket-door.js'
import { FRAME_BYTES, takeFrames, type FrameIntake } from './socket-frames.js'
import { createSocketOutlet } from './socket-outlet.js'
import { createTokenWatch } from './token-watch.js'
import { whoAsks } from './who-asks.js'

interface Dependencies extends Serving {
  metrics: ApiMetrics
  subscriptionsPerConnection: number
  connections: DoorLimits
}

interface Extra { socket: WebSocket, address: string, identity: Identity, who: string, frames: FrameIntake | undefined, stopWatching: () => void }
type ConnectionContext = Context<Record<string, unknown> | undefined, Extra>

const MOST_MESSAGE_BYTES = 64 * 1024
const INIT_WITHIN_MS = 3_000

/** GraphQL over WebSocket (graphql-transport-ws) at /graphql, under the rules of `rules.ts` and `masking.ts` as HTTP is. */
export function serveGraphqlOverWebSocket(http: Server, dependencies: Dependencies): AsyncDisposable {
  const { schema, services, masking, limit, costs, metrics, logger, subscriptionsPerConnection, connections, proxies, origins } = dependencies
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_MESSAGE_BYTES, autoPong: false, handleProtocols: (protocols) => handleProtocols(protocols) })
  const countedMask = (error: unknown): GraphQLError => {
    const masked = masking(error)
    metrics.countError(String(masked.extensions['code']))
    return masked
  }
  const readDocument = createDocumentReader(schema)
  const documents = createDocumentDoor()
  const frameBytes = createClientBudgets(FRAME_BYTES)
  const door = createSocketDoor(connections)
  const outlet = createSocketOutlet()
  const tokens = createTokenWatch(services.tokens)
  const live = createLiveExecution({ masking: countedMask, onSubscriptions: metrics.subscriptions })

  const connect = async (context: ConnectionContext): Promise<boolean> => {
    const { extra } = context
    try {
      extra.identity = await identify(services.tokens, authorizationOf(context.connectionParams))
    } catch (refusal) {
      await limit(extra.who)
      if (refusal instanceof ApiError && refusal.code === 'UNAVAILABLE') extra.socket.close(CLOSE.tryAgainLater, 'Try again later')
      else extra.socket.close(CLOSE.unauthorized, 'Unauthorized')
      return false
    }
    extra.who = whoAsks(extra.identity, extra.address)
    extra.stopWatching = tokens.watch(extra.socket, extra.identity)
    return true
  }
  const prepare = async ({ extra, subscriptions }: ConnectionContext, payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    if (Object.keys(subscriptions).length > subscriptionsPerConnection) throw new ApiError('RATE_LIMITED', `A connection holds at most ${subscriptionsPerConnection} operations at once.`)
    await takeRequest(limit, extra.who)
    const cost = openAccount(costs, extra.who)
    if (hasNul(payload.variables)) throw badInput(NUL_SENTENCE)
    await documents.admit(payload.query, cost)
    const read = readDocument(payload.query)
    if (!read.ok) return read.errors.map(countedMask)
    const contextValue: RequestContext = { identity: extra.identity, address: extra.address, connection: extra.socket, services, cost, shown: new Map() }
    return { schema, document: read.document, contextValue, variableValues: payload.variables ?? {}, operationName: payload.operationName ?? null }
  }
  const protocol = makeServer<Record<string, unknown> | undefined, Extra>({
    connectionInitWaitTimeout: INIT_WITHIN_MS,
    onConnect: connect,
    onSubscribe: (context, _id, payload) => prepare(context, payload).catch((refusal: unknown) => [countedMask(refusal)]),
    // A query is answered before the next frame is read; a subscription goes on for long, and has begun.
    onOperation: ({ extra }, _id, _payload, _args, result) => { if (Symbol.asyncIterator in result) extra.frames?.operationBegan() },
    execute: (args) => live.execute(args as ExecutionArgs),
    subscribe: (args) => live.subscribe(args as ExecutionArgs),
    onError: (_context, _id, _payload, errors) => errors.map((error) => masking(error).toJSON()),
  })

  sockets.on('connection', (socket: WebSocket, address: string) => {
    const extra: Extra = { socket, address, identity: ANONYMOUS, who: whoAsks(ANONYMOUS, address), frames: undefined, stopWatching: () => undefined }
    metrics.connections(1)
    const stopPings = keepAlive(socket)
    socket.on('error', (error) => { logger.debug({ err: error }, 'A WebSocket broke.') })
    const closed = protocol.opened({
      protocol: socket.protocol,
      send: (text) => outlet.send(socket, text),
      close: (code, reason) => { socket.close(code, reason) },
      onMessage: (handle) => {
        extra.frames = takeFrames(socket, (text) => handle(text).catch((error: unknown) => {
          logger.error({ err: error }, 'A WebSocket message could not be handled.')
          socket.close(CLOSE.internal, 'Internal server error')
        }), () => frameBytes(extra.who))
      },
    }, extra)
    socket.once('close', (code, reason) => {
      stopPings()
      extra.stopWatching()
      door.leave(address)
      metrics.connections(-1)
      closed(code, String(reason)).catch((error: unknown) => { logger.error({ err: error }, 'A WebSocket could not be cleared away.') })
    })
  })
  const upgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    if (request.url?.split('?')[0] !== '/graphql') return turnAway(socket, '404 Not Found')
    if (!mayConnect(origins, request)) return turnAway(socket, '403 Forbidden')
    const address = addressOf(request, proxies)
    const vanish = (): void => { socket.destroy() }
    socket.once('error', vanish)
    void door.enter(address).then((refusal) => {
      if (refusal !== undefined) return turnAway(socket, `${refusal.status} ${STATUS_TEXT[refusal.status]}`, refusal)
      let isHeld = true
      const giveBack = (): void => {
        if (isHeld) door.leave(address)
        isHeld = false
      }
      socket.once('close', giveBack)
      if (socket.destroyed) return giveBack()
      sockets.handleUpgrade(request, socket, head, (opened) => {
        // From here on the connection gives it back.
        isHeld = false
        socket.off('error', vanish)
        sockets.emit('connection', opened, address)
      })
    })
  }
  http.on('upgrade', upgrade)

  return {
    async [Symbol.asyncDispose]() {
      http.off('upgrade', upgrade)
      tokens[Symbol.dispose]()
      for (const socket of sockets.clients) socket.close(CLOSE.goingAway, 'Going away')
      const impatience = setTimeout(() => { for (const socket of sockets.clients) socket.terminate() }, 1_000)
      await new Promise<void>((resolve) => { sockets.close(() => { resolve() }) })
      clearTimeout(impatience)
    },
  }
}

const STATUS_TEXT: Readonly<Record<TurnedAway['status'], string>> = { 429: 'Too Many Requests', 503: 'Service Unavailable' }

function turnAway(socket: Socket, status: string, refusal?: TurnedAway): void {
  const headers = refusal === undefined ? '' : `Content-Type: text/plain\r\nRetry-After: ${refusal.retryAfterS}\r\n`
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\n\r\n${refusal?.reason ?? ''}`)
}
