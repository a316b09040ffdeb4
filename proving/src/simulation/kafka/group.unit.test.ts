import { TOPIC } from '@livetally/core/events'
import { expect, test } from 'vitest'
import { createAmbushes } from '../ambushes.js'
import { createProcess } from '../process.js'
import { drawFrom } from '../random.js'
import { createSchedule } from '../schedule.js'
import { createWeather } from '../weather.js'
import { createKafka } from './kafka.js'

const LIMIT_MS = 10_000

test('a worker that slept while its group took it for dead comes back for the next ballot', async () => {
  const random = drawFrom('a nap')
  const schedule = createSchedule(random, false)
  const weather = createWeather(random.fork('weather'))
  weather.clear()
  const kafka = createKafka(schedule, weather)
  const process = createProcess('worker-1a', { schedule, weather, ambushes: createAmbushes(schedule, undefined, () => undefined), wallOffset: () => 0, onCrash: () => undefined })
  let isAssigned = false
  const taken: string[] = []
  await kafka.eventLogOf(process).consume({
    groupId: 'tabulator', topics: [TOPIC.ballots],
    onAssigned: async () => { isAssigned = true },
    onLost: async () => { isAssigned = false },
    onBatch: async ({ records }) => { taken.push(...records.map(({ key }) => key ?? '')) },
  })
  const send = (key: string): void => kafka.topics.append({ topic: TOPIC.ballots, partition: 0, key, value: '{}' })
  send('the first')
  await schedule.run(() => taken.length === 1, LIMIT_MS)
  await schedule.run(() => false, schedule.now + 1_000)
  expect(isAssigned).toBe(true)

  kafka.evict(process)
  await schedule.run(() => false, schedule.now + 1_000)
  send('the next')
  await schedule.run(() => taken.length === 2, schedule.now + LIMIT_MS)
  expect(taken).toEqual(['the first', 'the next'])
})
