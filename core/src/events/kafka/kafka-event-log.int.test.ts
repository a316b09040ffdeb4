import { randomBytes } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, describe, inject } from 'vitest'
import { describeEventLog } from '../event-log.contract.js'
import type { EventLog } from '../event-log.js'
import { createKafkaEventLog } from './kafka-event-log.js'

declare module 'vitest' {
  interface ProvidedContext { kafkaBrokers: string[] }
}

describe('the event log on Apache Kafka', () => {
  const brokers = inject('kafkaBrokers')
  const topicPrefix = `contract-${randomBytes(4).toString('hex')}.`
  let log: EventLog | undefined

  const administer = async (work: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>): Promise<void> => {
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await work(admin)
    await admin.disconnect()
  }
  describeEventLog(async () => ({
    name: 'kafka',
    openLog: () => log ??= createKafkaEventLog({ brokers, topicPrefix, clientId: 'contract', sessionTimeoutMs: 2_000 }),
    deleteTopic: (topic) => administer((admin) => admin.deleteTopics({ topics: [`${topicPrefix}${topic}`] })),
  }))
  afterAll(() => administer(async (admin) => {
    const left = (await admin.listTopics()).filter((name) => name.startsWith(topicPrefix))
    if (left.length > 0) await admin.deleteTopics({ topics: left })
  }))
})
