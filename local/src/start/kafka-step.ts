import { accessProblem, type KafkaSecurity } from '@livetally/core/events'
import { join } from 'node:path'
import { cacheRoot } from '../environment.js'
import { LocalFault } from '../fault.js'
import { countBrokers, prepareKafka, startBroker } from '../kafka/index.js'
import { eventually } from '../processes/eventually.js'
import type { StartContext } from './context.js'
import type { Step } from './steps.js'

/** The event log that votes travel by: Kafka's addresses, or why there is none and memory must do. */
export type EventLogChoice = { kind: 'kafka', brokers: string } | { kind: 'memory', reason: string }

/** Kafka: the brokers of KAFKA_BROKERS, or a broker of our own where Java and Maven allow it. */
export function kafkaStep(context: StartContext): Step<EventLogChoice> {
  const { environment, home, cleanup, signal } = context
  const given = environment.KAFKA_BROKERS
  if (given !== undefined) {
    return { title: 'Kafka of KAFKA_BROKERS', work: async () => (await checkBrokers(given, environment.kafkaSecurity), { kind: 'kafka', brokers: given }) }
  }
  return {
    title: 'Apache Kafka (embedded; fetched the first time)',
    work: async (detail) => {
      const program = await prepareKafka(environment, cacheRoot(environment), signal)
      if (!program.available) {
        detail(`No Apache Kafka: ${program.reason}; votes travel through memory, in one process`)
        return { kind: 'memory', reason: program.reason }
      }
      signal.throwIfAborted()
      const kafka = await startBroker(program, { dataFolder: join(home, 'kafka') })
      cleanup.defer(() => kafka.stop(3000))
      context.watch('Kafka', kafka)
      detail(`Apache Kafka (embedded, Java ${program.java.version})`)
      return { kind: 'kafka', brokers: kafka.brokers.join(',') }
    },
  }
}

async function checkBrokers(brokers: string, security: KafkaSecurity | undefined): Promise<void> {
  const addresses = brokers.split(',').map((broker) => broker.trim())
  await eventually(() => countBrokers(addresses, 3000, security), { limitMs: 8000, everyMs: 300 }).catch((cause: unknown) => {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : 'no answer'
    const denied = accessProblem(cause)
    if (denied !== undefined) throw new LocalFault(`${denied}.`, { cause })
    throw new LocalFault(`KAFKA_BROKERS cannot be reached (${brokers}): ${reason}.`, { cause })
  })
}
