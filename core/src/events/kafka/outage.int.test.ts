import { Kafka, logLevel } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDiary, text, until } from '../event-log.contract.js'
import { LogUnavailableError, type EventLog } from '../event-log.js'
import { createKafkaEventLog } from './kafka-event-log.js'

interface OwnKafka extends AsyncDisposable {
  readonly brokers: readonly string[]
  start(): Promise<void>
  stop(): Promise<void>
  kill(signal?: NodeJS.Signals): Promise<void>
  pid(): number | undefined
}

/** The launcher stands on this package, so that its types cannot be named here; at run time it is there. */
async function startOwnKafka(): Promise<OwnKafka> {
  const launcher = '../../../../local/src/test-network/own-servers.js'
  const module: { startOwnKafka(): Promise<OwnKafka> } = await import(launcher)
  return module.startOwnKafka()
}

const PARTITIONS = 4

describe('when the broker goes away', () => {
  let kafka: OwnKafka
  let log: EventLog
  let topic = ''
  let number = 0
  const opened: AsyncDisposable[] = []

  const open = <Part extends AsyncDisposable>(part: Part): Part => {
    opened.push(part)
    return part
  }
  const prepare = async (): Promise<void> => {
    number += 1
    topic = `outage-${number}`
    log = createKafkaEventLog({ brokers: kafka.brokers, topicPrefix: 'o.', clientId: 'outage', sessionTimeoutMs: 2_000 })
    await log.createTopics([{ name: topic, partitions: PARTITIONS }])
  }
  /** Sends numbered records until told to stop; gives those that were acknowledged. */
  const sendUntil = async (isOver: () => boolean, acknowledged: string[], failures: unknown[]): Promise<void> => {
    const producer = open(await log.producer())
    for (let at = 0; !isOver(); at += 1) {
      const values = Array.from({ length: 20 }, (_, part) => `${at}.${part}`)
      try {
        await producer.send(values.map((value) => ({ topic, partition: at % PARTITIONS, key: 'k', value })))
        acknowledged.push(...values)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  beforeAll(async () => { kafka = await startOwnKafka() })
  afterEach(async () => {
    for (const part of opened.splice(0).toReversed()) await part[Symbol.asyncDispose]()
    await log[Symbol.asyncDispose]()
    await kafka.start()
  })
  afterAll(async () => { await kafka[Symbol.asyncDispose]() })

  test.each([
    ['is killed', () => kafka.kill('SIGKILL')],
    ['is shut down', () => kafka.stop()],
  ])('no acknowledged record is missing after the broker %s and comes back, for readers and followers alike', async (_, goAway) => {
    await prepare()
    const diary = createDiary()
    const followed: string[] = []
    open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
    open(await log.follow({ topic, onRecords: (records) => { followed.push(...text(records)) } }))
    const acknowledged: string[] = []
    const failures: unknown[] = []
    let isOver = false
    const sending = sendUntil(() => isOver, acknowledged, failures)
    await until(() => acknowledged.length > 500, () => acknowledged.length)
    await goAway()
    const before = acknowledged.length
    await kafka.start()
    const back = Date.now()
    await until(() => acknowledged.length > before + 500, () => [acknowledged.length, failures.map(String)])
    isOver = true
    await sending
    const missing = (): string[] => {
      const seen = [new Set(diary.values()), new Set(followed)]
      return acknowledged.filter((value) => !seen.every((set) => set.has(value)))
    }
    await until(() => missing().length === 0, () => [missing().slice(0, 5), missing().length, diary.events.slice(-5)])
    expect(missing()).toEqual([])
    expect(failures).toEqual([])
    expect(Date.now() - back).toBeLessThan(35_000)
    const firstSeen = (list: string[], partition: number): string[] => [...new Set(list)].filter((value) => Number.parseInt(value, 10) % PARTITIONS === partition)
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      expect(firstSeen(diary.values(), partition).filter((value) => acknowledged.includes(value))).toEqual(firstSeen(acknowledged, partition))
    }
  })

  test('without a broker everything can be closed within seconds, and what was being sent is refused', async () => {
    await prepare()
    const diary = createDiary()
    await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers })
    await log.follow({ topic, onRecords: () => undefined })
    const producer = await log.producer()
    await producer.send([{ topic, partition: 0, key: 'k', value: 'a' }])
    await until(() => diary.batches.length === 1, diary.values)
    await kafka.kill()
    const refused = producer.send([{ topic, partition: 0, key: 'k', value: 'b' }]).catch((error: unknown) => error)
    expect(await log.isReachable()).toBe(false)
    const start = Date.now()
    await log[Symbol.asyncDispose]()
    expect(Date.now() - start).toBeLessThan(8_000)
    expect(await refused).toBeInstanceOf(LogUnavailableError)
  })

  test('a broker that hangs does not hold up the closing either', async () => {
    await prepare()
    await log.consume({ groupId: `g-${topic}`, topics: [topic], ...createDiary().handlers })
    await log.follow({ topic, onRecords: () => undefined })
    const pid = kafka.pid() ?? 0
    process.kill(pid, 'SIGSTOP')
    try {
      const start = Date.now()
      await log[Symbol.asyncDispose]()
      expect(Date.now() - start).toBeLessThan(10_000)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  })

  test('readers and followers may be opened before there is a broker, and begin when it comes', async () => {
    await prepare()
    await kafka.stop()
    const diary = createDiary()
    const troubles: string[] = []
    open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers, onTrouble: (error) => { troubles.push(error.message) } }))
    const followed: string[] = []
    let isFollowing = false
    open(await log.follow({ topic, onRecords: (records) => { followed.push(...text(records)); isFollowing = true } }))
    expect(troubles[0]).toContain('no Kafka broker answers')
    await kafka.start()
    const acknowledged: string[] = []
    await sendUntil(() => isFollowing, acknowledged, [])
    await until(() => diary.batches.length >= acknowledged.length, () => diary.batches.length)
    expect(diary.values().toSorted()).toEqual(acknowledged.toSorted())
  })

  test('a reader that asks for a shorter session than the broker allows gets the usual one, without trouble', async () => {
    await prepare()
    const eager = open(createKafkaEventLog({ brokers: kafka.brokers, topicPrefix: 'o.', clientId: 'eager', sessionTimeoutMs: 500 }))
    const diary = createDiary()
    const troubles: string[] = []
    open(await eager.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers, onTrouble: (error) => { troubles.push(error.message) } }))
    await until(() => diary.count() === PARTITIONS, () => troubles)
    expect(troubles).toEqual([])
  })

  test('a topic deleted while nobody sends is made anew by those who read it, who then go on', async () => {
    await prepare()
    const diary = createDiary()
    const followed: string[] = []
    open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
    open(await log.follow({ topic, onRecords: (records) => { followed.push(...text(records)) } }))
    const producer = open(await log.producer())
    await producer.send([0, 1, 2, 3].map((partition) => ({ topic, partition, key: 'k', value: `before ${partition}` })))
    await until(() => diary.batches.length >= 4 && followed.length >= 4, () => [diary.values(), followed])
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [`o.${topic}`] })
    await expect.poll(() => admin.listTopics(), { timeout: 30_000 }).toContain(`o.${topic}`)
    await admin.disconnect()
    await producer.send([0, 1, 2, 3].map((partition) => ({ topic, partition, key: 'k', value: `after ${partition}` })))
    const after = (values: readonly string[]): Set<string> => new Set(values.filter((value) => value.startsWith('after')))
    await until(() => after(diary.values()).size === 4 && after(followed).size === 4, () => [diary.values(), followed, diary.events])
  })
})
