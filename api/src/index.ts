import 'reflect-metadata'
import { createKafkaEventLog, createMemoryEventLog, type EventLog } from '@livetally/core/events'
import closeWithGrace from 'close-with-grace'
import { pino, type Logger } from 'pino'
import { startApi } from './api.js'
import { readEnvironment } from './environment.js'

const { settings, brokers, kafkaSecurity, topicPrefix, logLevel } = readEnvironment()
const logger = pino({ name: 'api', level: logLevel })

function openEventLog(log: Logger): EventLog {
  if (brokers.length > 0) {
    return createKafkaEventLog({ brokers, topicPrefix, clientId: 'livetally-api', security: kafkaSecurity, onLog: ({ level, message, ...rest }) => { log[level]({ ...rest }, message) } })
  }
  log.warn('KAFKA_BROKERS is not set: this process hears of nothing by events and asks Postgres instead.')
  return createMemoryEventLog()
}

try {
  const eventLog = openEventLog(logger)
  const api = await startApi(settings, { eventLog, logger })
  logger.info({ url: api.url }, 'ready')
  closeWithGrace({ delay: 9_500, logger: { error: (error: unknown) => { logger.error(error) } } }, async ({ err, signal }) => {
    if (err !== undefined) logger.fatal({ err }, 'Something was not caught.')
    logger.info({ signal }, 'stopping')
    await api[Symbol.asyncDispose]()
    await eventLog[Symbol.asyncDispose]()
  })
} catch (error) {
  // People read the end of the output: the sentence stands there by itself.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  logger.fatal({ err: error }, 'could not start')
  process.exit(1)
}
