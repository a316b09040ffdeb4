import { describe, expect, test } from 'vitest'
import { RecordTooLargeError } from '../event-log.js'
import { createDiary, until, type ContractWorld } from './contract-world.js'

export function describeSending(world: ContractWorld): void {
  describe('sending', () => {
    test('sends that overlap keep the order in which they were made', async () => {
      const { log, topic, sendAll, open } = await world.start()
      const values = Array.from({ length: 200 }, (_, at) => `ballot ${at}`)
      await Promise.all(values.map((value) => sendAll([value])))
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= values.length, () => diary.batches.length)
      expect(diary.values()).toEqual(values)
    })

    test('a record beyond the size limit is refused, and the producer goes on', async () => {
      const { log, topic, sendAll, open } = await world.start()
      await expect(sendAll(['x'.repeat(3_000_000)])).rejects.toBeInstanceOf(RecordTooLargeError)
      await sendAll(['small'])
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= 1, diary.values)
      expect(diary.values()).toEqual(['small'])
    })

    test('many large records may go in one send', async () => {
      const { log, topic, sendAll, open } = await world.start()
      const values = Array.from({ length: 6 }, (_, at) => String(at).repeat(900_000))
      await sendAll(values)
      const diary = createDiary()
      open(await log.consume({ groupId: `g-${topic}`, topics: [topic], ...diary.handlers }))
      await until(() => diary.batches.length >= values.length, () => diary.batches.length)
      expect(diary.values().map((value) => [value[0], value.length])).toEqual(values.map((value) => [value[0], 900_000]))
    })

    test('bytes that are no text arrive as they were sent', async () => {
      const { log, topic, producer, record } = await world.start()
      const bytes = Buffer.from([0, 255, 254, 10, 192, 128])
      await producer.send([record(0, bytes)])
      const [found] = await log.read({ topic, partition: 0, from: 0n, limit: 1 })
      expect(found?.value).toEqual(bytes)
    })

    test('sending nothing is no error', async () => {
      const { producer } = await world.start()
      await expect(producer.send([])).resolves.toBeUndefined()
    })
  })
}
