import { createKafkaEventLog, ensureTopics } from '@livetally/core/events'
import { migrate } from '@livetally/core/store'
import { Command, InvalidArgumentError } from 'commander'
import { readEnvironment } from '../environment.js'

function seconds(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 86_400) throw new InvalidArgumentError('It must be a whole number of seconds, up to 86400.')
  return value
}

const { patience } = new Command('npm run migrate')
  .usage('-- [options]')
  .description('Brings the tables of the database and the topics of Kafka up to date: the first step of every deployment. Votes go on meanwhile; what a running release does not survive waits until it was stopped, and says so. DATABASE_URL and KAFKA_BROKERS name the two; without KAFKA_BROKERS, tables alone.')
  .option('--patience <seconds>', 'gives up after having waited for so long', seconds, 600)
  .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://user:password@host:5432/livetally KAFKA_BROKERS=host:9092 npm run migrate\n\nExit codes: 0 all is up to date, 1 it is not; the reason is on stderr.')
  .parse()
  .opts<{ patience: number }>()

const { DATABASE_URL, KAFKA_BROKERS, TOPIC_PREFIX, kafkaSecurity } = readEnvironment()

try {
  if (DATABASE_URL === undefined) throw new Error('Setting DATABASE_URL is missing.')
  await migrate(DATABASE_URL, { patienceMs: patience * 1_000, say: (sentence) => { console.log(sentence) } })
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
