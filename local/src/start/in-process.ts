import { join } from 'node:path'
import { createMemoryEventLog, ensureTopics } from '@livetally/core/events'
import { pino } from 'pino'
import { settingsFor } from '../environment.js'
import type { StartContext } from './context.js'
import type { DatabaseUrls } from './role-steps.js'

/**
 * API and workers in this very process, on an event log in memory: for machines without Java or Maven. What was in
 * that log is gone with the process; the workers find it again in the ledger.
 */
export async function startInProcess({ environment, home, logs, cleanup }: StartContext, urls: DatabaseUrls): Promise<void> {
  // Loaded only here: where Kafka is, this process stays small.
  const [{ startApi }, { startWorkers }] = await Promise.all([import('@livetally/api'), import('@livetally/stream-workers')])
  const logger = pino({ level: environment.LOG_LEVEL }, pino.destination({ dest: join(logs, 'livetally.log'), sync: false }))
  const eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  const running: AsyncDisposable[] = [eventLog]
  cleanup.defer(async () => {
    for (let part = running.pop(); part !== undefined; part = running.pop()) await part[Symbol.asyncDispose]()
  })
  const masterKey = environment.LIVETALLY_MASTER_KEY === undefined ? {} : { masterKey: environment.LIVETALLY_MASTER_KEY }
  const workers = { databaseUrl: urls.worker, roles: ['relay', 'tabulator', 'publisher', 'ingest'] as const, host: '127.0.0.1', port: 0, relayLeaseMs: 2000, ingest: { home, databaseUrl: urls.ingest, ...masterKey } }
  running.push(await startWorkers(workers, { eventLog, logger }))
  const api = {
    databaseUrl: urls.api,
    home,
    ...masterKey,
    host: environment.HOST,
    port: environment.PORT,
    ...metricsPlace(),
    usesKafka: false,
  }
  running.push(await startApi(api, { eventLog, logger }))
}

function metricsPlace(): { metricsHost?: string, metricsPort?: number } {
  const { METRICS_HOST, METRICS_PORT } = settingsFor('api')
  return { ...(METRICS_HOST === undefined ? {} : { metricsHost: METRICS_HOST }), ...(METRICS_PORT === undefined ? {} : { metricsPort: Number(METRICS_PORT) }) }
}
