import { describe, expect, test } from 'vitest'
import { text, type ContractWorld } from './contract-world.js'

export function describeLookingUp(world: ContractWorld): void {
  describe('looking up', () => {
    test('the range of a partition says where its records begin and end', async () => {
      const { log, topic, sendAll } = await world.start()
      expect(await log.range(topic, 2)).toEqual({ first: 0n, next: 0n })
      await sendAll(['a', 'b', 'c'], 2)
      expect(await log.range(topic, 2)).toEqual({ first: 0n, next: 3n })
      expect(await log.range(topic, 1)).toEqual({ first: 0n, next: 0n })
    })

    test('records are read from where one asks, no more than one asks for, and of that partition alone', async () => {
      const { log, topic, sendAll } = await world.start()
      await sendAll(['a', 'b', 'c', 'd', 'e'], 2)
      await sendAll(['other'], 1)
      const found = await log.read({ topic, partition: 2, from: 1n, limit: 3 })
      expect(text(found)).toEqual(['b', 'c', 'd'])
      expect(found.map(({ offset, key, partition, topic: from }) => [offset, key, partition, from])).toEqual(['1', '2', '3'].map((offset) => [offset, 'e1/2', 2, topic]))
    })

    test('the newest records are read by counting back from the end, and the end is the end', async () => {
      const { log, topic, sendAll } = await world.start()
      await sendAll(['a', 'b', 'c', 'd'])
      const { next } = await log.range(topic, 0)
      expect(text(await log.read({ topic, partition: 0, from: next - 2n, limit: 100 }))).toEqual(['c', 'd'])
      expect(await log.read({ topic, partition: 0, from: next, limit: 100 })).toEqual([])
    })

    test('what lies before the first record that is kept is not waited for', async () => {
      const { log, topic, sendAll } = await world.start()
      await sendAll(['a', 'b'])
      expect(text(await log.read({ topic, partition: 0, from: -5n, limit: 100 }))).toEqual(['a', 'b'])
      expect(await log.read({ topic, partition: 0, from: 0n, limit: 0 })).toEqual([])
    })

    test('looking up moves nobody\'s position: the same records can be read again', async () => {
      const { log, topic, sendAll } = await world.start()
      await sendAll(['a', 'b'])
      for (let round = 0; round < 2; round += 1) expect(text(await log.read({ topic, partition: 0, from: 0n, limit: 10 }))).toEqual(['a', 'b'])
    })

    test('a partition that a topic does not have is an error', async () => {
      const { log, topic } = await world.start()
      await expect(log.range(topic, 99)).rejects.toThrow('99')
      await expect(log.read({ topic, partition: 99, from: 0n, limit: 1 })).rejects.toThrow('99')
    })
  })
}
