import { createKafkaEventLog, ensureTopics } from '@livetally/core/events'
import { migrate } from '@livetally/core/store'
import { readEnvironment } from '../environment.js'

/** Brings the database's tables and the topics up to date, and ends: the first step of every deployment. */
const { DATABASE_URL, KAFKA_BROKERS, TOPIC_PREFIX, kafkaSecurity } = readEnvironment()

try {
  if (DATABASE_URL === undefined) throw new Error('Setting DATABASE_URL is missing.')
  await migrate(DATABASE_URL)
  if (KAFKA_BROKERS !== undefined) {
    const brokers = KAFKA_BROKERS.split(',').map((broker) => broker.trim())
    await using log = createKafkaEventLog({ brokers, topicPrefix: TOPIC_PREFIX, clientId: 'livetally-migrate', security: kafkaSecurity })
    await ensureTopics(log)
  }
  console.log('Tables and topics are up to date.')
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
