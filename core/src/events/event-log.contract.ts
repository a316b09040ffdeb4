import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RecordTooLargeError, type ConsumeOptions, type EventLog, type LogProducer, type LogRecord, type OutgoingRecord } from './event-log.js'

export interface ContractDriver {
  name: string
  /** Another client of the same log; in memory, where there is only one, the same. */
  openLog(): EventLog
  deleteTopic(topic: string): Promise<void>
}

/** Waits until `condition` holds, and fails with what was there instead. */
export async function until(condition: () => boolean, seen: () => unknown, limitMs = 40_000): Promise<void> {
  const end = Date.now() + limitMs
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain; seen: ${JSON.stringify(seen())}`)
    await new Promise((resolve) => { setTimeout(resolve, 5) })
  }
}

export const text = (records: readonly LogRecord[]): string[] => records.map(({ value }) => value?.toString('utf8') ?? '')

/** A reader that writes down what happens to it. */
export function createDiary() {
  const batches: LogRecord[] = []
  const events: string[] = []
  const held = new Map<string, readonly number[]>()
  const handlers = {
    async onAssigned(partitions: ReadonlyMap<string, readonly number[]>) {
      held.clear()
      for (const [topic, list] of partitions) held.set(topic, list)
      events.push('assigned')
    },
    async onLost() {
      held.clear()
      events.push('lost')
    },
    async onBatch({ records }: { records: LogRecord[] }) {
      batches.push(...records)
      events.push('batch')
    },
  } satisfies Partial<ConsumeOptions>
  return { batches, events, held, handlers, values: () => text(batches), count: () => [...held.values()].flat().length }
}

const PARTITIONS = 4

/** What every driver of the event log promises. */
export function describeEventLog(openDriver: () => Promise<ContractDriver>): void {
  let driver: ContractDriver
  let log: EventLog
  let producer: LogProducer
  const opened: AsyncDisposable[] = []
  let topic = ''
  let number = 0

  const open = <Part extends AsyncDisposable>(part: Part): Part => {
    opened.push(part)
    return part
  }
  const record = (partition: number, value: string | null): OutgoingRecord => ({ topic, partition, key: `e1/${partition}`, value })
  const sendAll = (values: readonly string[], partition = 0): Promise<void> => producer.send(values.map((value) => record(partition, value)))

  beforeAll(async () => { driver = await openDriver() })
  const start = async (): Promise<void> => {
    number += 1
    topic = `trial-${number}`
    log = driver.openLog()
    await log.createTopics([{ name: topic, partitions: PARTITIONS }])
    producer = await log.producer()
  }
  afterEach(async () => {
    for (const part of opened.splice(0).toReversed()) await part[Symbol.asyncDispose]()
    await producer[Symbol.asyncDispose]()
  })
  afterAll(async () => { await driver.openLog()[Symbol.asyncDispose]() })

  describe('reading in a group', () => {
    test('records of a partition arrive in the order in which they were sent, with key, value and offset', async () => {
      await start()
      await sendAll(['a', 'b', 'c'], 1)
      await sendAll(['d', 'ü €'], 1)
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= 5, diary.values)
      expect(diary.values()).toEqual(['a', 'b', 'c', 'd', 'ü €'])
      expect(diary.batches.map(({ offset, key, partition, topic: from }) => [offset, key, partition, from]))
        .toEqual(['0', '1', '2', '3', '4'].map((offset) => [offset, 'e1/1', 1, topic]))
    })

    test('a null value, which deletes a key of a compacted topic, arrives as null', async () => {
      await start()
      await producer.send([record(0, null)])
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length > 0, diary.values)
      expect(diary.batches[0]?.value).toBeNull()
    })

    test('every partition is read', async () => {
      await start()
      for (let partition = 0; partition < PARTITIONS; partition += 1) await sendAll([`p${partition}`], partition)
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= PARTITIONS, diary.values)
      expect(diary.values().toSorted()).toEqual(['p0', 'p1', 'p2', 'p3'])
    })

    test('a group goes on where it stood after its only member was restarted', async () => {
      await start()
      await sendAll(['a', 'b', 'c'])
      const first = createDiary()
      const member = await log.consume({ groupId: `g-${topic}`, topics: [topic], ...first.handlers })
      await until(() => first.batches.length >= 3, first.values)
      await member[Symbol.asyncDispose]()
      await sendAll(['d'])
      const second = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...second.handlers }))
      await until(() => second.batches.length >= 1, second.values)
      expect(second.values()).toEqual(['d'])
    })

    test('another group reads everything from the beginning', async () => {
      await start()
      await sendAll(['a', 'b'])
      const one = createDiary()
      const other = createDiary()
      open(await log.consume({ groupId: `one-${topic}`, topics: [topic], ...one.handlers }))
      open(await log.consume({ groupId: `other-${topic}`, topics: [topic], ...other.handlers }))
      await until(() => one.batches.length >= 2 && other.batches.length >= 2, () => [one.values(), other.values()])
      expect([one.values(), other.values()]).toEqual([['a', 'b'], ['a', 'b']])
    })

    test('a batch that could not be worked on is delivered again, before anything newer', async () => {
      await start()
      await sendAll(['a', 'b'])
      const attempts: string[][] = []
      const troubles: string[] = []
      const diary = createDiary()
      open(await log.consume({
        groupId: `g-${topic}`,
        topics: [topic],
        ...diary.handlers,
        async onBatch({ records }) {
          attempts.push(text(records))
          if (attempts.length < 3) throw new Error('the store is away')
        },
        onTrouble: (error) => { troubles.push(error.message) },
      }))
      await until(() => attempts.length >= 3, () => attempts)
      await sendAll(['c'])
      await until(() => attempts.length >= 4, () => attempts)
      expect(attempts).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']])
      expect(troubles.filter((message) => message === 'the store is away')).toHaveLength(2)
    })

    test('no batch arrives before the reader has prepared for its partitions', async () => {
      await start()
      await sendAll(['a'])
      const diary = createDiary()
      let finish = (): void => undefined
      const prepared = new Promise<void>((resolve) => { finish = resolve })
      let isPreparing = false
      open(await log.consume({
        groupId: `g-${topic}`,
        topics: [topic],
        ...diary.handlers,
        async onAssigned(partitions) {
          isPreparing = true
          await prepared
          await diary.handlers.onAssigned(partitions)
        },
      }))
      await until(() => isPreparing, () => diary.events)
      const witness = createDiary()
      open(await log.consume({ groupId: `witness-${topic}`, topics: [topic], ...witness.handlers }))
      await until(() => witness.batches.length > 0, witness.values)
      expect(diary.events).toEqual([])
      finish()
      await until(() => diary.batches.length > 0, diary.values)
      expect(diary.events.slice(0, 2)).toEqual(['assigned', 'batch'])
    })

    test('preparing that fails is tried again until it succeeds', async () => {
      await start()
      await sendAll(['a'])
      const diary = createDiary()
      let attempts = 0
      open(await log.consume({
        groupId: `g-${topic}`,
        topics: [topic],
        ...diary.handlers,
        async onAssigned(partitions) {
          attempts += 1
          if (attempts < 3) throw new Error('the store is away')
          await diary.handlers.onAssigned(partitions)
        },
      }))
      await until(() => diary.batches.length > 0, diary.values)
      expect(attempts).toBe(3)
      expect(diary.events).toEqual(['assigned', 'batch'])
    })

    test('two members share the partitions, and when one leaves the other takes over where it stood', async () => {
      await start()
      const one = createDiary()
      const two = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...one.handlers }))
      await until(() => one.count() === PARTITIONS, () => one.events)
      const leaving = await log.consume({ groupId: `g-${topic}`, topics: [topic], ...two.handlers })
      await until(() => one.count() === PARTITIONS / 2 && two.count() === PARTITIONS / 2, () => [one.events, two.events])
      expect([...one.held.values(), ...two.held.values()].flat().toSorted()).toEqual([0, 1, 2, 3])
      for (let partition = 0; partition < PARTITIONS; partition += 1) await sendAll([`before ${partition}`], partition)
      await until(() => one.batches.length + two.batches.length >= PARTITIONS, () => [one.values(), two.values()])
      await leaving[Symbol.asyncDispose]()
      await until(() => one.count() === PARTITIONS, () => one.events)
      for (let partition = 0; partition < PARTITIONS; partition += 1) await sendAll([`after ${partition}`], partition)
      await until(() => one.values().filter((value) => value.startsWith('after')).length >= PARTITIONS, one.values)
      expect(two.values().filter((value) => value.startsWith('after'))).toEqual([])
      expect(new Set([...one.values(), ...two.values()])).toHaveLength(2 * PARTITIONS)
      expect(one.events.filter((event) => event !== 'batch')).toEqual(['assigned', 'lost', 'assigned', 'lost', 'assigned'])
    })

    test('one member reads several topics', async () => {
      await start()
      const other = `${topic}-other`
      await log.createTopics([{ name: other, partitions: 1 }])
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic, other], ...diary.handlers }))
      await sendAll(['a'])
      await producer.send([{ topic: other, partition: 0, key: 'k', value: 'b' }])
      await until(() => diary.batches.length >= 2, diary.values)
      expect(diary.batches.map((read) => read.topic).toSorted()).toEqual([topic, other])
    })

    test('nothing is delivered after a member was disposed of, and what it was doing has ended', async () => {
      await start()
      const diary = createDiary()
      let isBusy = false
      const member = await log.consume({
        groupId: `g-${topic}`,
        topics: [topic],
        ...diary.handlers,
        async onBatch(batch) {
          isBusy = true
          await new Promise((resolve) => { setTimeout(resolve, 100) })
          isBusy = false
          await diary.handlers.onBatch(batch)
        },
      })
      await sendAll(['a'])
      await until(() => isBusy, diary.values)
      await member[Symbol.asyncDispose]()
      expect(isBusy).toBe(false)
      const seen = [...diary.events]
      await sendAll(['b'])
      const witness = createDiary()
      open(await log.consume({ groupId: `witness-${topic}`, topics: [topic], ...witness.handlers }))
      await until(() => witness.batches.length >= 2, witness.values)
      expect(diary.events).toEqual(seen)
    })
  })

  describe('following', () => {
    test('a follower sees what is sent later, of every partition, and nothing older', async () => {
      await start()
      for (let partition = 0; partition < PARTITIONS; partition += 1) await sendAll(['old'], partition)
      const seen: LogRecord[] = []
      open(await log.follow({ topic, onRecords: (records) => { seen.push(...records) } }))
      for (let partition = 0; partition < PARTITIONS; partition += 1) await sendAll([`new ${partition}`], partition)
      await until(() => seen.length >= PARTITIONS, () => text(seen))
      expect(text(seen).toSorted()).toEqual(['new 0', 'new 1', 'new 2', 'new 3'])
      expect(seen.every((read) => read.offset === '1' && read.topic === topic)).toBe(true)
    })

    test('several followers each see everything', async () => {
      await start()
      const seen: LogRecord[][] = [[], [], []]
      for (const list of seen) open(await log.follow({ topic, onRecords: (records) => { list.push(...records) } }))
      await sendAll(['a', 'b'], 2)
      await until(() => seen.every((list) => list.length >= 2), () => seen.map(text))
      expect(seen.map(text)).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b']])
    })

    test('a follower whose owner fails goes on', async () => {
      await start()
      const troubles: string[] = []
      const seen: string[] = []
      open(await log.follow({
        topic,
        onRecords(records) {
          seen.push(...text(records))
          if (seen.length === 1) throw new Error('cannot read that')
        },
        onTrouble: (error) => { troubles.push(error.message) },
      }))
      await sendAll(['a'])
      await until(() => seen.length === 1, () => seen)
      await sendAll(['b'])
      await until(() => seen.length === 2, () => seen)
      expect(troubles).toContain('cannot read that')
    })

    test('a follower sees nothing after it was disposed of', async () => {
      await start()
      const seen: string[] = []
      const follower = await log.follow({ topic, onRecords: (records) => { seen.push(...text(records)) } })
      await sendAll(['a'])
      await until(() => seen.length === 1, () => seen)
      await follower[Symbol.asyncDispose]()
      const witnessed: string[] = []
      open(await log.follow({ topic, onRecords: (records) => { witnessed.push(...text(records)) } }))
      await sendAll(['b'])
      await until(() => witnessed.length === 1, () => witnessed)
      expect(seen).toEqual(['a'])
    })
  })

  describe('sending', () => {
    test('sends that overlap keep the order in which they were made', async () => {
      await start()
      const values = Array.from({ length: 200 }, (_, at) => `ballot ${at}`)
      await Promise.all(values.map((value) => sendAll([value])))
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= values.length, () => diary.batches.length)
      expect(diary.values()).toEqual(values)
    })

    test('a record beyond the size limit is refused, and the producer goes on', async () => {
      await start()
      await expect(sendAll(['x'.repeat(3_000_000)])).rejects.toBeInstanceOf(RecordTooLargeError)
      await sendAll(['small'])
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= 1, diary.values)
      expect(diary.values()).toEqual(['small'])
    })

    test('many large records may go in one send', async () => {
      await start()
      const values = Array.from({ length: 6 }, (_, at) => String(at).repeat(900_000))
      await sendAll(values)
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= values.length, () => diary.batches.length)
      expect(diary.values().map((value) => [value[0], value.length])).toEqual(values.map((value) => [value[0], 900_000]))
    })

    test('sending nothing is no error', async () => {
      await start()
      await expect(producer.send([])).resolves.toBeUndefined()
    })
  })

  describe('topics', () => {
    test('the number of partitions is known, and creating a topic twice changes nothing', async () => {
      await start()
      await sendAll(['a'])
      await log.createTopics([{ name: topic, partitions: 9 }])
      expect(await log.partitionCount(topic)).toBe(PARTITIONS)
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= 1, diary.values)
    })

    test('a known topic that is missing is made when it is needed; an unknown one is an error', async () => {
      await start()
      expect(await log.partitionCount('ballots')).toBe(8)
      await expect(log.partitionCount('nobody-knows-this')).rejects.toThrow('nobody-knows-this')
    })

    test('after a topic was deleted, producer, reader and follower that were using it go on with a new one', async () => {
      await start()
      const diary = createDiary()
      const followed: string[] = []
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      open(await log.follow({ topic, onRecords: (records) => { followed.push(...text(records)) } }))
      await sendAll(['before 1', 'before 2', 'before 3'])
      await until(() => diary.batches.length >= 3 && followed.length >= 3, () => [diary.values(), followed])
      await driver.deleteTopic(topic)
      await sendAll(['after'])
      await until(() => diary.values().includes('after') && followed.includes('after'), () => [diary.values(), followed, diary.events])
      expect(await log.partitionCount(topic)).toBe(PARTITIONS)
    })

    test('the log says that it can be reached', async () => {
      await start()
      expect(await log.isReachable()).toBe(true)
    })
  })
}
