import type { FastifyInstance } from 'fastify'
import type { SystemWatch } from '../system/system-watch.js'
import type { Readiness } from './metrics-server.js'

/** Whether a process that was admitted can serve, for which it needs Postgres. */
export async function readinessOf(system: SystemWatch, isStopping: () => boolean): Promise<Readiness> {
  const { postgres, kafka } = await system.read()
  return { isReady: postgres === 'UP' && !isStopping(), detail: { postgres, kafka } }
}

/** What everybody may ask. /livez: the process runs. /readyz: it can serve, or not; why, is told on the port of `metrics-server.ts`. */
export function serveHealth(server: FastifyInstance, readiness: () => Promise<Readiness>): void {
  server.get('/livez', async () => ({ status: 'UP' }))
  server.get('/readyz', async (_request, reply) => {
    const { isReady } = await readiness()
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'UP' : 'DOWN' })
  })
}
