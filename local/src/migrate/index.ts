import { createKafkaEventLog, ensureTopics } from '@livetally/core/events'
import { migrate } from '@livetally/core/store'
import { Command, InvalidArgumentError } from 'commander'
import { readEnvironment } from '../environment.js'
import { keepPasswords } from '../logins/password-folder.js'

function seconds(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 86_400) throw new InvalidArgumentError('It must be a whole number of seconds, up to 86400.')
  return value
}

const { patience, newPasswords } = new Command('npm run migrate')
  .usage('-- [options]')
  .description('Brings the tables of the database and the topics of Kafka up to date: the first step of every deployment. Votes go on meanwhile; what a running release does not survive waits until it was stopped, and says so. DATABASE_URL and KAFKA_BROKERS name the two; without KAFKA_BROKERS, tables alone. With LOGINS_FOLDER the logins of the processes are opened by the passwords there, which are made where they are missing.')
  .option('--patience <seconds>', 'gives up after having waited for so long', seconds, 600)
  .option('--new-passwords', 'sets the passwords of LOGINS_FOLDER also where the server has others; processes that use those have to be started anew', false)
  .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://owner:password@host:5432/livetally LOGINS_FOLDER=/etc/livetally/logins KAFKA_BROKERS=host:9092 npm run migrate\n\nExit codes: 0 all is up to date, 1 it is not; the reason is on stderr.')
  .parse()
  .opts<{ patience: number, newPasswords: boolean }>()

const { DATABASE_URL, LOGINS_FOLDER, KAFKA_BROKERS, TOPIC_PREFIX, kafkaSecurity } = readEnvironment()

try {
  if (DATABASE_URL === undefined) throw new Error('Setting DATABASE_URL is missing.')
  if (newPasswords && LOGINS_FOLDER === undefined) throw new Error('Setting LOGINS_FOLDER is missing: the folder of the new passwords.')
  const logins = LOGINS_FOLDER === undefined ? undefined : await keepPasswords(LOGINS_FOLDER)
  await migrate(DATABASE_URL, { patienceMs: patience * 1_000, say: (sentence) => { console.log(sentence) }, passwords: logins?.passwords, replacePasswords: newPasswords })
  if (logins?.isNew === true) console.log(`Passwords of the logins were made in ${LOGINS_FOLDER}: give each process its own.`)
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
