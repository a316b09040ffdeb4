import { LocalFault } from '../fault.js'

/** From what the broker printed before it gave up to the sentence that a person needs. */
export function explainKafkaLog(log: string, folder: string): LocalFault {
  const keep = 'The ballots are in Postgres: Kafka may lose everything and fills again from there.'
  if (/No space left on device/.test(log)) return new LocalFault(`The disk is full: Kafka cannot write to ${folder}.`)
  if (/Address already in use/.test(log)) return new LocalFault('The port of Kafka is taken by another program.')
  if (/OutOfMemoryError|Cannot allocate memory/.test(log)) return new LocalFault('There is not enough free memory for Kafka.')
  if (/Failed to acquire lock|already locked/.test(log)) return new LocalFault(`Another Kafka runs on ${folder}.`)
  const line = log.split('\n').find((text) => /ERROR|Exception|Error/.test(text))?.slice(0, 300) ?? 'it said nothing'
  return new LocalFault(`Kafka did not start on ${folder} (${line}). If its data are damaged, remove that folder. ${keep}`)
}
