import { describe, expect, test } from 'vitest'
import { createDiary, PARTITIONS, text, until, type ContractWorld } from './contract-world.js'

export function describeReading(world: ContractWorld): void {
  describe('reading in a group', () => {
    test('records of a partition arrive in the order in which they were sent, with key, value and offset', async () => {
      const { log, topic, sendAll, open } = await world.start()
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
      const { log, topic, producer, record, open } = await world.start()
      await producer.send([record(0, null)])
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length > 0, diary.values)
      expect(diary.batches[0]?.value).toBeNull()
    })

    test('every partition is read', async () => {
      const { log, topic, sendAll, open } = await world.start()
      for (let partition = 0; partition < PARTITIONS; partition += 1) await sendAll([`p${partition}`], partition)
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= PARTITIONS, diary.values)
      expect(diary.values().toSorted()).toEqual(['p0', 'p1', 'p2', 'p3'])
    })

    test('a group goes on where it stood after its only member was restarted', async () => {
      const { log, topic, sendAll, open } = await world.start()
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
      const { log, topic, sendAll, open } = await world.start()
      await sendAll(['a', 'b'])
      const one = createDiary()
      const other = createDiary()
      open(await log.consume({ groupId: `one-${topic}`, topics: [topic], ...one.handlers }))
      open(await log.consume({ groupId: `other-${topic}`, topics: [topic], ...other.handlers }))
      await until(() => one.batches.length >= 2 && other.batches.length >= 2, () => [one.values(), other.values()])
      expect([one.values(), other.values()]).toEqual([['a', 'b'], ['a', 'b']])
    })

    test('a batch that could not be worked on is delivered again, before anything newer', async () => {
      const { log, topic, sendAll, open } = await world.start()
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
      const { log, topic, sendAll, open } = await world.start()
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
      const { log, topic, sendAll, open } = await world.start()
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
      const { log, topic, sendAll, open } = await world.start()
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
      const { log, topic, producer, sendAll, open } = await world.start()
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
      const { log, topic, sendAll, open } = await world.start()
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
}
