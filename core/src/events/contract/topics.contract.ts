import { describe, expect, test } from 'vitest'
import { createDiary, PARTITIONS, text, until, type ContractWorld } from './contract-world.js'

export function describeTopics(world: ContractWorld): void {
  describe('topics', () => {
    test('the number of partitions is known, and creating a topic twice changes nothing', async () => {
      const { log, topic, sendAll, open } = await world.start()
      await sendAll(['a'])
      await log.createTopics([{ name: topic, partitions: 9 }])
      expect(await log.partitionCount(topic)).toBe(PARTITIONS)
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= 1, diary.values)
    })

    test('a known topic that is missing is made when it is needed; an unknown one is an error', async () => {
      const { log } = await world.start()
      expect(await log.partitionCount('ballots')).toBe(8)
      await expect(log.partitionCount('nobody-knows-this')).rejects.toThrow('nobody-knows-this')
    })

    test('after a topic was deleted, producer, reader and follower that were using it go on with a new one', async () => {
      const { log, topic, sendAll, open } = await world.start()
      const diary = createDiary()
      const followed: string[] = []
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      open(await log.follow({ topic, onRecords: (records) => { followed.push(...text(records)) } }))
      await sendAll(['before 1', 'before 2', 'before 3'])
      await until(() => diary.batches.length >= 3 && followed.length >= 3, () => [diary.values(), followed])
      await world.deleteTopic(topic)
      await sendAll(['after'])
      await until(() => diary.values().includes('after') && followed.includes('after'), () => [diary.values(), followed, diary.events])
      expect(await log.partitionCount(topic)).toBe(PARTITIONS)
    })

    test('the log says that it can be reached', async () => {
      const { log } = await world.start()
      expect(await log.isReachable()).toBe(true)
    })
  })
}
