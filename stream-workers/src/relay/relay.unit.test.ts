import { createMemoryEventLog } from '@livetally/core/events'
import type { BoxHead, RelayStore } from '@livetally/core/store'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createHeldClock } from '../clock-under-test.js'
import { createMetrics } from '../metrics.js'
import { startRelay } from './relay.js'

const NO_LEASES: RelayStore = { leases: async () => [], take: async () => undefined, beat: async () => [], release: async () => undefined }

/** How often a relay looks at the heads of so many empty boxes in a second. */
async function looksPerSecond(boxes: number): Promise<number> {
  const heads = Array.from({ length: boxes }, (_, election): BoxHead => ({ election, box: 0, nextSeq: 0, sealedSeq: null }))
  const clock = createHeldClock()
  const found = { looks: 0 }
  const ledger = {
    async openHeads() {
      found.looks += 1
      return heads
    },
    readSlices: async () => [],
  }
  await using eventLog = createMemoryEventLog()
  const relay = await startRelay({ owner: 'night porter', leaseMs: 2_000 }, { ledger, store: NO_LEASES, eventLog, clock, logger: pino({ level: 'silent' }), metrics: createMetrics().relay })
  await clock.advance(1_000)
  const closing = relay[Symbol.asyncDispose]()
  await clock.advance(1_000)
  await closing
  return found.looks
}

test('with nothing to send, a relay looks every 10 ms at a few boxes, and less often at thousands', async () => {
  expect(await looksPerSecond(8)).toBeGreaterThan(90)
  expect(await looksPerSecond(2_000)).toBeLessThanOrEqual(26)
})
