import 'reflect-metadata'
import { createKafkaEventLog, createMemoryEventLog, type EventLog } from '@livetally/core/events'
import closeWithGrace from 'close-with-grace'
import { Command } from 'commander'
import { pino, type Logger } from 'pino'
import { startApi } from './api.js'
import { readEnvironment } from './environment.js'
import { buildApiSchema } from './schema/build-schema.js'
import { awaitCall } from './stand-by.js'

new Command('npm run api')
  .description('Runs the API: GraphQL over HTTP and WebSocket, the web page, /livez and /readyz; on a port of its own (METRICS_PORT) /readyz with its reasons, and /metrics. It takes no options; README.md, "Settings", names the variables that it reads.')
  .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://livetally_api:password@host:5432/livetally KAFKA_BROKERS=host:9092 npm run api\n\nExit codes: 0 it was stopped, 1 it could not start; the reason is on stderr.')
  .parse()

const { settings, brokers, kafkaSecurity, topicPrefix, logLevel, standsBy } = readEnvironment()
const logger = pino({ name: 'api', level: logLevel })

function openEventLog(log: Logger): EventLog {
  if (brokers.length > 0) {
    return createKafkaEventLog({ brokers, topicPrefix, clientId: 'livetally-api', security: kafkaSecurity })
  }
  log.warn('KAFKA_BROKERS is not set: this process hears of nothing by events and asks Postgres instead.')
  return createMemoryEventLog()
}

try {
  const schema = buildApiSchema()
  if (standsBy && !await awaitCall(process.stdin)) process.exit(0)
  const eventLog = openEventLog(logger)
  const api = await startApi(settings, { eventLog, logger, schema })
  logger.info({ event: 'STARTED', url: api.url, metricsUrl: api.metricsUrl }, 'ready')
  closeWithGrace({ delay: 9_500, logger: { error: (error: unknown) => { logger.error(error) } } }, async ({ err, signal }) => {
    if (err !== undefined) logger.fatal({ err }, 'Something was not caught.')
    logger.info({ event: 'STOPPED', signal }, 'stopping')
    await api[Symbol.asyncDispose]()
    await eventLog[Symbol.asyncDispose]()
  })
} catch (error) {
  // People read the end of the output: the sentence stands there by itself.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  logger.fatal({ err: error }, 'could not start')
  process.exit(1)
}
