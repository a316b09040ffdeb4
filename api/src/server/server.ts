import compress from '@fastify/compress'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import type { ApiSettings } from '../settings.js'
import { NO_PROXY } from './client-address.js'
import { createClientCosts } from './cost/client-cost.js'
import { explainListening } from './port-taken.js'
import type { Backing } from './create-services.js'
import { serveGraphqlOverHttp } from './graphql-http.js'
import { readinessOf, serveHealth } from './health.js'
import { openHttpServer } from './http-server.js'
import { createMasking } from './masking.js'
import type { MetricsServer } from './metrics-server.js'
import { servePages } from './pages.js'
import { createRequestLimit } from './rate-limit.js'
import { refuse } from './refusal.js'
import { serveGraphqlOverWebSocket } from './websocket.js'

export interface RunningServer extends AsyncDisposable { readonly url: string }

/** One port for everything that is public: GraphQL over HTTP and WebSocket, the web client, and whether it lives and is ready. `metricsServer` tells the rest from now on. */
export async function startServer(settings: ApiSettings, { services, metrics, limits }: Backing, { schema, logger, metricsServer }: { schema: GraphQLSchema, logger: Logger, metricsServer: Pick<MetricsServer, 'tell'> }): Promise<RunningServer> {
  const proxies = settings.trustProxy ?? NO_PROXY
  const origins = settings.allowedOrigins ?? 'ANY'
  const server = openHttpServer({ proxies, connections: { perAddress: Math.max(limits.httpConnectionsPerAddress, limits.connectionsPerAddress), together: limits.httpConnections } })
  const masking = createMasking(logger)
  const limit = createRequestLimit(limits.requestsPerMinute)
  const costs = createClientCosts()
  let isStopping = false
  const readiness = () => readinessOf(services.system, () => isStopping)

  server.setErrorHandler(async (error, _request, reply) => refuse(reply, error, masking, metrics.countError))
  await server.register(compress, { global: true, globalDecompression: false, threshold: 4_096, encodings: ['gzip'], customTypes: /^(text\/|application\/(json|javascript|graphql-response\+json)|image\/svg\+xml)/ })
  await servePages(server, { clientFolder: settings.clientFolder, hstsSeconds: settings.hstsSeconds })
  serveHealth(server, readiness)
  const stopGraphql = await serveGraphqlOverHttp(server, { schema, services, masking, limit, costs, proxies, origins, logger, countError: metrics.countError })
  const webSocket = serveGraphqlOverWebSocket(server.server, {
    schema, services, masking, limit, costs, metrics, logger, proxies, origins, subscriptionsPerConnection: limits.subscriptionsPerConnection,
    connections: { perAddress: limits.connectionsPerAddress, together: limits.connections, handshakesPerMinute: limits.handshakesPerMinute },
  })

  try {
    await server.listen({ host: settings.host, port: settings.port })
  } catch (error) {
    await Promise.allSettled([webSocket[Symbol.asyncDispose](), stopGraphql(), server.close()])
    throw explainListening(error, settings)
  }
  metricsServer.tell({ readiness, registry: metrics.registry })
  return {
    url: urlOf(settings.host, portOf(server.server.address())),
    async [Symbol.asyncDispose]() {
      isStopping = true
      await webSocket[Symbol.asyncDispose]()
      await server.close()
      await stopGraphql()
    },
  }
}

function portOf(address: ReturnType<import('node:http').Server['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.')
  return address.port
}

function urlOf(host: string, port: number): string {
  const isAnywhere = host === '0.0.0.0' || host === '::' || host === '127.0.0.1' || host === '::1'
  return `http://${isAnywhere ? 'localhost' : host}:${port}`
}
