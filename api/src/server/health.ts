import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { SystemWatch } from '../system/system-watch.js'

/** /livez: the process runs. /readyz: it can serve, for which it needs Postgres. /metrics: for Prometheus. */
export function serveHealth(server: FastifyInstance, { system, registry, isStopping }: { system: SystemWatch, registry: Registry, isStopping: () => boolean }): void {
  server.get('/livez', async () => ({ status: 'UP' }))
  server.get('/readyz', async (_request, reply) => {
    const { postgres, kafka } = await system.read()
    const isReady = postgres === 'UP' && !isStopping()
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'UP' : 'DOWN', postgres, kafka })
  })
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}
