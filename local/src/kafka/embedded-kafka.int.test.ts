import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cacheRoot, readEnvironment } from '../environment.js'
import { deleteTopics, listTopics } from './admin.js'
import { prepareKafka, startBroker, type EmbeddedKafka, type KafkaProgram } from './embedded-kafka.js'

const environment = readEnvironment()
let folder = ''
let program: KafkaProgram

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livetally-kafka-'))
  const prepared = await prepareKafka(environment, cacheRoot(environment))
  if (!prepared.available) throw new Error(prepared.reason)
  program = prepared
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function client(kafka: EmbeddedKafka): Kafka {
  const retry = { initialRetryTime: 100, maxRetryTime: 500, retries: 50 }
  return new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING, retry })
}

async function produce(kafka: EmbeddedKafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = client(kafka).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) })
  await producer.disconnect()
}

async function count(kafka: EmbeddedKafka, topic: string): Promise<number> {
  const admin = client(kafka).admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  return offsets.reduce((sum, { high }) => sum + Number(high), 0)
}

async function createTopic(kafka: EmbeddedKafka, topic: string): Promise<void> {
  const admin = client(kafka).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }] })
  await admin.disconnect()
}

test('records survive kill -9 of the broker and its restart on the same port', async () => {
  await using kafka = await startBroker(program, { dataFolder: join(folder, 'killed') })
  await createTopic(kafka, 'ballots')
  await produce(kafka, 'ballots', Array.from({ length: 500 }, (_, index) => `ballot ${index}`))
  const { port } = kafka
  await kafka.kill()
  expect(kafka.pid()).toBeUndefined()
  await kafka.start()
  expect(kafka.port).toBe(port)
  expect(await count(kafka, 'ballots')).toBe(500)
  await produce(kafka, 'ballots', ['one more'])
  expect(await count(kafka, 'ballots')).toBe(501)
})

test('a second start on the same folder ends a broker that was left behind, and finds its records on a new port', async () => {
  await using left = await startBroker(program, { dataFolder: join(folder, 'killed') })
  await using kafka = await startBroker(program, { dataFolder: join(folder, 'killed') })
  expect(left.pid()).toBeUndefined()
  expect(await count(kafka, 'ballots')).toBe(501)
})

test('a broker whose class-data archive is damaged starts without it', async () => {
  const archive = join(folder, 'damaged.jsa')
  await writeFile(archive, 'nonsense')
  await using kafka = await startBroker({ ...program, archive }, { dataFolder: join(folder, 'no-archive') })
  expect(kafka.pid()).toBeDefined()
})

test('topics are listed and deleted by their prefix only', async () => {
  await using kafka = await startBroker(program, { dataFolder: join(folder, 'topics') })
  for (const topic of ['a.ballots', 'a.results', 'b.ballots']) await createTopic(kafka, topic)
  expect((await listTopics(kafka.brokers, 'a.')).toSorted()).toEqual(['a.ballots', 'a.results'])
  await deleteTopics(kafka.brokers, await listTopics(kafka.brokers, 'a.'))
  expect(await listTopics(kafka.brokers, '')).toEqual(expect.arrayContaining(['b.ballots']))
  expect(await listTopics(kafka.brokers, 'a.')).toEqual([])
})

test('a damaged Kafka folder is explained in one sentence that says the ballots are safe', async () => {
  const dataFolder = join(folder, 'damaged')
  await using kafka = await startBroker(program, { dataFolder })
  await kafka.stop()
  const file = join(dataFolder, 'log', 'meta.properties')
  expect(await readFile(file, 'utf8')).toContain('cluster.id=')
  await rm(file)
  await expect(startBroker(program, { dataFolder })).rejects.toThrow(/is damaged \(meta.properties is missing\): remove it; the ballots are in Postgres/)
})
