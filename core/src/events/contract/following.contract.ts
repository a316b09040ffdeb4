import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../event-log.js'
import { PARTITIONS, text, until, type ContractWorld } from './contract-world.js'

export function describeFollowing(world: ContractWorld): void {
  describe('following', () => {
    test('a follower sees what is sent later, of every partition, and nothing older', async () => {
      const { log, topic, sendAll, open } = await world.start()
      for (let partition = 0; partition < PARTITIONS; partition += 1) await sendAll(['old'], partition)
      const seen: LogRecord[] = []
      open(await log.follow({ topic, onRecords: (records) => { seen.push(...records) } }))
      for (let partition = 0; partition < PARTITIONS; partition += 1) await sendAll([`new ${partition}`], partition)
      await until(() => seen.length >= PARTITIONS, () => text(seen))
      expect(text(seen).toSorted()).toEqual(['new 0', 'new 1', 'new 2', 'new 3'])
      expect(seen.every((read) => read.offset === '1' && read.topic === topic)).toBe(true)
    })

    test('several followers each see everything', async () => {
      const { log, topic, sendAll, open } = await world.start()
      const seen: LogRecord[][] = [[], [], []]
      for (const list of seen) open(await log.follow({ topic, onRecords: (records) => { list.push(...records) } }))
      await sendAll(['a', 'b'], 2)
      await until(() => seen.every((list) => list.length >= 2), () => seen.map(text))
      expect(seen.map(text)).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b']])
    })

    test('a follower whose owner fails goes on', async () => {
      const { log, topic, sendAll, open } = await world.start()
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
      const { log, topic, sendAll, open } = await world.start()
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
}
