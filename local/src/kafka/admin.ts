import { kafkajsSecurity, type KafkaSecurity } from '@livetally/core/events'
import { Kafka, logLevel } from 'kafkajs'

/**
 * The launcher's own look at a broker, apart from the event log (which is how LiveTally talks to Kafka):
 * whether it is there, and cleaning up after tests.
 */
function createAdmin(brokers: readonly string[], connectionTimeout: number, security?: KafkaSecurity) {
  const kafka = new Kafka({
    clientId: 'livetally-local',
    brokers: [...brokers],
    connectionTimeout,
    ...kafkajsSecurity(security),
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  })
  return kafka.admin()
}

/** Number of brokers in the cluster. Throws if none answers. */
export async function countBrokers(brokers: readonly string[], limitMs = 1000, security?: KafkaSecurity): Promise<number> {
  const admin = createAdmin(brokers, limitMs, security)
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

/** Names of the topics that begin with `prefix`. */
export async function listTopics(brokers: readonly string[], prefix: string): Promise<string[]> {
  const admin = createAdmin(brokers, 3000)
  try {
    await admin.connect()
    return (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

/** Deletes the topics named. kafkajs clients that still use them get stuck: never on a live system, but to test just that. */
export async function deleteTopics(brokers: readonly string[], topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return
  const admin = createAdmin(brokers, 3000)
  try {
    await admin.connect()
    await admin.deleteTopics({ topics: [...topics], timeout: 10_000 })
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}
