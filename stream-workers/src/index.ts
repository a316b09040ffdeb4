import { createKafkaEventLog } from '@livetally/core/events'
import { DatabaseUnreachableError } from '@livetally/core/store'
import closeWithGrace from 'close-with-grace'
import { Command } from 'commander'
import { pino } from 'pino'
import { readEnvironment } from './environment.js'
import { retentionOf } from './retention.js'
import { tell } from './story.js'
import { startWorkers } from './workers.js'

new Command('npm run workers')
  .description('Runs the stream workers named in ROLES, with /livez, /readyz and /metrics. It takes no options; README.md, "Settings", names the variables that it reads.')
  .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://livetally_worker:password@host:5432/livetally KAFKA_BROKERS=host:9092 ROLES=relay,tabulator npm run workers\n\nExit codes: 0 they were stopped, 1 they could not start; the reason is on stderr.')
  .parse()

const environment = readEnvironment()
const logger = pino({ level: environment.LOG_LEVEL, name: 'workers' })

try {
  const eventLog = createKafkaEventLog({
    brokers: environment.KAFKA_BROKERS, topicPrefix: environment.TOPIC_PREFIX, clientId: 'livetally-workers', security: environment.kafkaSecurity, sessionTimeoutMs: environment.KAFKA_SESSION_TIMEOUT_MS,
  })
  const workers = await startWorkers({
    databaseUrl: environment.DATABASE_URL, roles: environment.ROLES, host: environment.HOST, port: environment.WORKER_PORT, relayLeaseMs: environment.RELAY_LEASE_MS, retention: retentionOf(environment),
    ingest: { home: environment.LIVETALLY_HOME, masterKey: environment.LIVETALLY_MASTER_KEY, keysFile: environment.INGEST_KEYS_FILE, databaseUrl: environment.INGEST_DATABASE_URL, allowVolatileLedger: environment.ALLOW_VOLATILE_LEDGER },
  }, { eventLog, logger })
  logger.info({ event: 'STARTED', roles: environment.ROLES, port: workers.healthPort }, 'workers ready')
  closeWithGrace({ delay: 9_000, logger: false }, async ({ err }) => {
    if (err !== undefined) logger.fatal({ err }, 'the workers end because of an error')
    await workers[Symbol.asyncDispose]()
    await eventLog[Symbol.asyncDispose]()
    tell(logger, 'STOPPED', {}, 'workers ended')
  })
} catch (error) {
  if (error instanceof DatabaseUnreachableError) logger.fatal(error.message)
  else logger.fatal({ err: error }, 'the workers could not start')
  process.exitCode = 1
  setTimeout(() => process.exit(1), 500).unref()
}
