import type { BoxLag } from '@livetally/core/store'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createHeldClock } from '../clock-under-test.js'
import { createMetrics } from '../metrics.js'
import type { BallotBox } from './ballot-box.js'
import { idOf, type Boxes } from './boxes.js'
import { startLedgerComparer } from './ledger-comparer.js'

const lag = (box: number, nextSeq: number, head = 9): BoxLag => ({ election: 1, box, nextSeq, head })

/** Compares every two seconds what the database says to lag; boxes in memory stand where the test puts them. */
function setUp() {
  const clock = createHeldClock()
  const world = { lagging: [] as BoxLag[], memory: new Map<string, number>(), isCertain: true, due: new Set<string>(), mended: [] as string[], left: [] as string[] }
  const boxOf = (id: string): BallotBox | undefined => world.memory.has(id) ? { position: { nextSeq: world.memory.get(id) } } as unknown as BallotBox : undefined
  const metrics = createMetrics().tabulator
  const comparer = startLedgerComparer({
    clock, metrics, logger: pino({ level: 'silent' }), isMine: ({ box }) => box < 10, isCertain: () => world.isCertain,
    store: { lagging: async () => world.lagging },
    boxes: { peek: (id) => boxOf(idOf(id)), all: () => [...world.memory.keys()] as unknown as BallotBox[] } as Boxes,
    mender: {
      mend: async (id) => { world.mended.push(idOf(id)) }, isDue: (id) => world.due.has(idOf(id)), leaveAllBut: (lagging) => { world.left = lagging.map(idOf) },
      isAt: () => false, attempt: async () => true, leaveToUs: () => undefined, mustRefold: () => undefined,
    },
  })
  /** What is mended at the next look. */
  const look = async (): Promise<string[]> => {
    world.mended.length = 0
    await clock.advance(2_000)
    return [...world.mended]
  }
  const gauge = async (name: 'behind' | 'boxes'): Promise<number | undefined> => (await metrics[name].get()).values[0]?.value
  return { world, look, gauge, [Symbol.asyncDispose]: async () => { const ending = comparer[Symbol.asyncDispose](); await clock.advance(2_000); await ending } }
}

describe('a box behind its ledger', () => {
  test('is mended once it has stood still between two looks: the event log did not deliver what is missing', async () => {
    await using kitchen = setUp()
    const { world, look } = kitchen
    world.lagging = [lag(0, 4), lag(1, 5)]
    expect(await look(), 'seen for the first time').toEqual([])
    world.lagging = [lag(0, 4), lag(1, 6)]
    expect(await look(), 'the other one goes on').toEqual(['1/0'])
  })

  test('stands where it is in memory, not where it was last written', async () => {
    await using kitchen = setUp()
    const { world, look } = kitchen
    world.lagging = [lag(0, 4)]
    world.memory.set('1/0', 6)
    await look()
    world.memory.set('1/0', 7)
    expect(await look()).toEqual([])
    expect(await look()).toEqual(['1/0'])
  })

  test('that is due is mended although it was never seen to stand still', async () => {
    await using kitchen = setUp()
    const { world, look } = kitchen
    world.lagging = [lag(0, 4)]
    world.due.add('1/0')
    expect(await look()).toEqual(['1/0'])
  })

  test('is left to others where it is not ours, and not claimed while nobody knows whose it is', async () => {
    await using kitchen = setUp()
    const { world, look } = kitchen
    world.lagging = [lag(0, 4), lag(1, 4), lag(12, 4)]
    world.isCertain = false
    world.memory.set('1/1', 4)
    await look()
    expect(await look(), 'what is held is gone on with').toEqual(['1/1'])
    world.isCertain = true
    expect(await look()).toEqual(['1/0', '1/1'])
    expect(world.left).toEqual(['1/0', '1/1'])
  })

  test('is counted among the entries that are behind, as it stands in memory', async () => {
    await using kitchen = setUp()
    const { world, look, gauge } = kitchen
    world.lagging = [lag(0, 4), lag(1, 5), lag(2, 12)]
    world.memory.set('1/0', 8)
    await look()
    expect([await gauge('behind'), await gauge('boxes')]).toEqual([1 + 4, 1])
  })
})
