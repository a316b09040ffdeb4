import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createHeldClock } from './clock-under-test.js'
import { createMetrics } from './metrics.js'
import { createQuarantine } from './quarantine.js'
import { createTrouble, tell } from './story.js'

function createLog() {
  const lines: Record<string, unknown>[] = []
  return { lines, logger: pino({}, { write: (line: string) => { lines.push(JSON.parse(line) as Record<string, unknown>) } }) }
}

test('what fails a hundred times is told once, and once more when it is over, with how long it lasted', async () => {
  const { lines, logger } = createLog()
  const clock = createHeldClock()
  const trouble = createTrouble({ logger, clock }, 'the oven is cold')
  trouble.over()
  for (let at = 0; at < 100; at += 1) trouble.met(new Error('no gas'))
  await clock.advance(5_000)
  trouble.over()
  trouble.over()
  trouble.met(new Error('no gas again'))
  expect(lines.map(({ event, level, ms, tries }) => [event, level, ms, tries])).toEqual([['TROUBLE', 40, undefined, undefined], ['RECOVERED', 30, 5_000, 100], ['TROUBLE', 40, undefined, undefined]])
})

test('a line about thousands of boxes names the first twenty and says how many there are', () => {
  const { lines, logger } = createLog()
  tell(logger, 'ASSIGNED', { boxes: Array.from({ length: 3_000 }, (_, at) => `1/${at}`) }, 'relaying these boxes')
  expect(lines[0]).toMatchObject({ boxes: expect.objectContaining({ length: 20 }) as unknown, count: 3_000 })
})

test('a flood of rubbish is told by a few lines, and by how many more there were', async () => {
  const { lines, logger } = createLog()
  const clock = createHeldClock()
  const sent: unknown[] = []
  const quarantine = createQuarantine({ producer: { send: async (records) => { sent.push(...records) }, [Symbol.asyncDispose]: async () => undefined }, clock, logger, metrics: createMetrics() })
  const rubbish = { topic: 'ballots', partition: 0, offset: '1', key: 'k', value: Buffer.from('?') }
  for (let at = 0; at < 1_000; at += 1) await quarantine.put(rubbish, 'not JSON')
  expect(lines.map(({ event, level }) => [event, level])).toEqual(Array.from({ length: 5 }, () => ['QUARANTINED', 40]))
  await clock.advance(10_000)
  await quarantine.put(rubbish, 'not JSON')
  expect(lines.slice(5).map(({ records, offset }) => [records, offset])).toEqual([[995, undefined], [undefined, '1']])
  expect(sent).toHaveLength(1_001)
})
