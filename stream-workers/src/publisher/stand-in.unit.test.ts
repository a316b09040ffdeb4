import type { PublishedBy } from '@livetally/core/store'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHeldClock, type HeldClock } from '../clock-under-test.js'
import { createPublisherMetrics } from './publisher-metrics.js'
import { startStandIn } from './stand-in.js'

let clock: HeldClock
let publishers: Map<number, { owner: string, epoch: number }>
let otterIsAlive: boolean
let stoodInFor: number[]
let prepared: number[]
let keptUp: number
let left: string[]
let standIn: AsyncDisposable

beforeEach(() => {
  clock = createHeldClock()
  publishers = new Map([[1, { owner: 'otter', epoch: 4 }], [2, { owner: 'owl', epoch: 7 }], [3, { owner: 'otter', epoch: 1 }]])
  otterIsAlive = true
  stoodInFor = []
  prepared = []
  keptUp = 0
  left = []
  let beat = 1
  standIn = startStandIn({
    owner: 'owl', silentMs: 1_000, clock, logger: pino({ level: 'silent' }), metrics: createPublisherMetrics(new Registry()),
    store: {
      beat: async () => [{ owner: 'otter', beat: otterIsAlive ? beat += 1 : beat }],
      openElections: async (owner) => [...publishers].flatMap(([election, row]): PublishedBy[] => row.owner === owner ? [{ election, epoch: row.epoch }] : []),
      leave: async (owner) => { left.push(owner) },
      forget: async () => undefined,
    },
    prepare: (election) => { prepared.push(election) },
    async takeOver({ election, epoch }) {
      const row = publishers.get(election)
      if (row?.epoch !== epoch) return false
      publishers.set(election, { owner: 'owl', epoch: epoch + 1 })
      stoodInFor.push(election)
      return true
    },
    async keepUp() {
      if (stoodInFor.length > 0) keptUp += 1
      return stoodInFor.length
    },
  })
})
afterEach(() => standIn[Symbol.asyncDispose]())

describe('a publisher that stands in', () => {
  test('leaves the elections of others alone while they live', async () => {
    await clock.advance(60_000)
    expect({ prepared, stoodInFor }).toEqual({ prepared: [], stoodInFor: [] })
  })

  test('goes on with all elections of one who fell silent, within a second and a half', async () => {
    await clock.advance(10_000)
    otterIsAlive = false
    await clock.advance(800)
    expect({ prepared, stoodInFor }).toEqual({ prepared: [1, 3], stoodInFor: [] })
    await clock.advance(700)
    expect({ prepared, stoodInFor }).toEqual({ prepared: [1, 3], stoodInFor: [1, 3] })
  })

  test('keeps what it took over up to date several times a second, and takes nothing twice', async () => {
    otterIsAlive = false
    await clock.advance(2_000)
    const before = keptUp
    await clock.advance(1_000)
    expect(keptUp - before).toBeGreaterThanOrEqual(3)
    expect(stoodInFor).toEqual([1, 3])
  })

  test('leaves the others in order when it ends', async () => {
    const ending = standIn[Symbol.asyncDispose]()
    await clock.advance(0)
    await ending
    expect(left).toEqual(['owl'])
  })
})
