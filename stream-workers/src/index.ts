import 'reflect-metadata'
import { createKafkaEventLog } from '@livetally/core/events'
import { DatabaseUnreachableError } from '@livetally/core/store'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { readEnvironment } from './environment.js'
import { retentionOf } from './retention.js'
import { startWorkers } from './workers.js'

const environment = readEnvironment()
const logger = pino({ level: environment.LOG_LEVEL, name: 'workers' })

try {
  const eventLog = createKafkaEventLog({
    brokers: environment.KAFKA_BROKERS, topicPrefix: environment.TOPIC_PREFIX, clientId: 'livetally-workers', security: environment.kafkaSecurity, sessionTimeoutMs: environment.KAFKA_SESSION_TIMEOUT_MS,
  })
  const workers = await startWorkers({
    databaseUrl: environment.DATABASE_URL, roles: environment.ROLES, host: environment.HOST, port: environment.WORKER_PORT, relayLeaseMs: environment.RELAY_LEASE_MS, retention: retentionOf(environment),
    ingest: { home: environment.LIVETALLY_HOME, masterKey: environment.LIVETALLY_MASTER_KEY, keysFile: environment.INGEST_KEYS_FILE, allowVolatileLedger: environment.ALLOW_VOLATILE_LEDGER },
  }, { eventLog, logger })
  logger.info({ roles: environment.ROLES, port: workers.healthPort }, 'workers ready')
  closeWithGrace({ delay: 9_000, logger: false }, async ({ err }) => {
    if (err !== undefined) logger.fatal({ err }, 'the workers end because of an error')
    await workers[Symbol.asyncDispose]()
    await eventLog[Symbol.asyncDispose]()
    logger.info('workers ended')
  })
} catch (error) {
  if (error instanceof DatabaseUnreachableError) logger.fatal(error.message)
  else logger.fatal({ err: error }, 'the workers could not start')
  process.exitCode = 1
  setTimeout(() => process.exit(1), 500).unref()
}
