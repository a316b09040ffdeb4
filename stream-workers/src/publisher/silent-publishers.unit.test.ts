import type { PublisherBeat } from '@livetally/core/store'
import { beforeEach, describe, expect, test } from 'vitest'
import { createHeldClock, type HeldClock } from '../clock-under-test.js'
import { createSilentPublishers, type QuietPublisher, type SilentPublishers } from './silent-publishers.js'

let clock: HeldClock
let beats: Map<string, number>
let publishers: SilentPublishers

beforeEach(() => {
  clock = createHeldClock()
  beats = new Map([['otter', 1]])
  publishers = createSilentPublishers({
    clock, owner: 'owl', silentMs: 1_000,
    store: {
      beat: async (owner) => [...beats].flatMap(([other, beat]): PublisherBeat[] => other === owner ? [] : [{ owner: other, beat }]),
      forget: async ({ owner, beat }) => { if (beats.get(owner) === beat) beats.delete(owner) },
    },
  })
})

/** Looks four times a second for so long; the last answer counts. */
const watch = async (ms: number, before: () => void = () => undefined): Promise<string[]> => {
  let quiet: QuietPublisher[] = []
  for (let passed = 0; passed < ms; passed += 250) {
    await clock.advance(250)
    before()
    quiet = await publishers.look()
  }
  return quiet.map(({ owner, isSilent }) => isSilent ? owner : `${owner}?`)
}
const otterBeats = (): void => { beats.set('otter', (beats.get('otter') ?? 0) + 1) }

describe('a publisher falls silent', () => {
  test('when it has given no sign of life for a second, and not before', async () => {
    expect(await watch(5_000, otterBeats)).toEqual([])
    expect(await watch(250)).toEqual([])
    expect(await watch(500), 'one that is awaited').toEqual(['otter?'])
    expect(await watch(250)).toEqual(['otter'])
  })

  test('and is granted twice the time once it has been given up too early', async () => {
    await watch(500)
    expect(await watch(1_000)).toEqual(['otter'])
    expect(await watch(250, otterBeats)).toEqual([])
    expect(await watch(1_750)).toEqual(['otter?'])
    expect(await watch(250)).toEqual(['otter'])
  })

  test('but not because we were away ourselves, or Postgres was', async () => {
    await watch(500, otterBeats)
    await clock.advance(30_000)
    expect(await publishers.look()).toEqual([])
    expect(await watch(750)).toEqual(['otter?'])
    expect(await watch(250)).toEqual(['otter'])
  })

  test('and is forgotten after a minute', async () => {
    await watch(59_000)
    expect([...beats.keys()]).toEqual(['otter'])
    await watch(2_000)
    expect([...beats.keys()]).toEqual([])
  })
})
