import { createKafkaEventLog, readKafkaSecurity, TOPIC, type EventLog } from '@livetally/core/events'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openElection } from '../faults/election-under-test.js'
import { expectEveryVoteOnce } from '../faults/every-vote-once.js'
import { PASSWORD, startGuardedBroker, type GuardedBroker } from '../kafka/guarded-broker-under-test.js'
import { createTestNetwork, eventually } from '../test-network/index.js'

let broker: GuardedBroker
beforeAll(async () => { broker = await startGuardedBroker() }, 120_000)
afterAll(() => broker?.[Symbol.asyncDispose]())

type Door = 'plain' | 'scram' | 'certificates'
const user = (mechanism: string, password = PASSWORD) => ({ KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: 'count', KAFKA_SASL_PASSWORD: password })
const certificates = () => ({ KAFKA_SSL_CA: broker.files.ca, KAFKA_SSL_CERT: broker.files.cert, KAFKA_SSL_KEY: broker.files.key })

function openLog(door: Door, settings: Record<string, string>): EventLog {
  const { security, problems } = readKafkaSecurity(settings)
  expect(problems).toEqual([])
  return createKafkaEventLog({ brokers: [broker.doors[door]], topicPrefix: `guarded_${randomBytes(3).toString('hex')}.`, clientId: 'guest', security })
}

describe('a Kafka that asks who comes', () => {
  test.each<[string, Door, () => Record<string, string>]>([
    ['a name and a password', 'plain', () => user('PLAIN')],
    ['a challenge (SCRAM) over TLS', 'scram', () => ({ ...user('scram-sha-512'), KAFKA_SSL_CA: broker.files.ca })],
    ['certificates of both sides', 'certificates', certificates],
  ])('lets us in by %s: what is sent is read', async (_how, door, settings) => {
    await using log = openLog(door, settings())
    await log.createTopics([{ name: TOPIC.quarantine, partitions: 1 }])
    await using producer = await log.producer()
    const read: string[] = []
    await using _reader = await log.consume({ groupId: 'guests', topics: [TOPIC.quarantine], async onAssigned() {}, async onLost() {}, async onBatch({ records }) { read.push(...records.map(({ value }) => String(value))) } })
    await producer.send([{ topic: TOPIC.quarantine, partition: 0, key: 'k', value: 'good evening' }])
    await eventually(() => read.includes('good evening'), { what: 'the record to be read' })
    expect(await log.range(TOPIC.quarantine, 0)).toEqual({ first: 0n, next: 1n })
  })

  test.each<[string, Door, () => Record<string, string>, RegExp]>([
    ['a wrong password', 'plain', () => user('PLAIN', 'garlic'), /does not let this user in: check KAFKA_SASL_MECHANISM/],
    ['a wrong answer to the challenge', 'scram', () => ({ ...user('SCRAM-SHA-512', 'garlic'), KAFKA_SSL_CA: broker.files.ca }), /does not let this user in/],
    ['a certificate of somebody unknown', 'scram', () => ({ ...user('SCRAM-SHA-512'), KAFKA_SSL: 'true' }), /is not believed: check KAFKA_SSL_CA/],
  ])('keeps us out for %s, and we say what to check', async (_why, door, settings, sentence) => {
    await using log = openLog(door, settings())
    await expect(log.createTopics([{ name: TOPIC.quarantine, partitions: 1 }])).rejects.toThrow(sentence)
  })

  test('a vote goes all the way from ballot to published result through it, and the commands come in, too', async () => {
    const settings = { KAFKA_BROKERS: broker.doors.scram, ...user('SCRAM-SHA-512'), KAFKA_SSL_CA: broker.files.ca }
    await using network = await createTestNetwork({ suite: 'guarded', servers: { kafkaBrokers: broker.kafka.brokers }, env: settings })
    await using under = await openElection(network, 'transylvania')
    const load = under.load({ ballots: under.ballots(60), rate: 60 })
    await load.run()
    await expectEveryVoteOnce(network, under, load.records, 60)
    const metrics = await (await fetch(`${network.workers[0]?.url}/metrics`)).text()
    expect(metrics, 'all ballots came by Kafka').toMatch(/^livetally_tabulator_filled_entries_total 0$/m)
    const migrated = await network.run('migrate', [])
    expect([migrated.code, migrated.stdout]).toEqual([0, 'Tables and topics are up to date.\n'])
    expect((await network.run('quarantine', ['list'])).stdout).toContain('Nothing is in quarantine')
    const refused = await network.run('quarantine', ['list'], { KAFKA_SASL_PASSWORD: 'garlic' })
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('does not let this user in')])
  })
})
