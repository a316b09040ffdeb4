import type { RelayLease, RelayStore } from '@livetally/core/store'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createHeldClock, type HeldClock } from '../clock-under-test.js'
import { createMetrics } from '../metrics.js'
import { createLeases } from './leases.js'

const LEASE_MS = 2_000

/** The rules of `relay_position` in memory; that the real one keeps them is tested on Postgres. */
function createLeaseTable(boxes: number) {
  const rows = Array.from({ length: boxes }, (_, box): RelayLease => ({ election: 1, box, nextSeq: 0, owner: null, epoch: 0, beat: 0 }))
  const finished = new Set<number>()
  const change = (box: number, by: Partial<RelayLease>): void => {
    const at = rows.findIndex((row) => row.box === box)
    const row = rows[at]
    if (row !== undefined) rows[at] = { ...row, ...by }
  }
  const of = (box: number): RelayLease => rows.find((row) => row.box === box) ?? { election: 1, box, nextSeq: 0, owner: null, epoch: -1, beat: -1 }
  const store: RelayStore = {
    leases: async () => rows.filter(({ box }) => !finished.has(box)),
    async take(lease, owner) {
      const row = of(lease.box)
      if (row.epoch !== lease.epoch || row.beat !== lease.beat) return undefined
      change(lease.box, { owner, epoch: row.epoch + 1, beat: row.beat + 1 })
      return row.epoch + 1
    },
    async beat(notes) {
      const ours = notes.filter(({ box, epoch }) => of(box).epoch === epoch)
      for (const { box, nextSeq } of ours) change(box, { beat: of(box).beat + 1, nextSeq: Math.max(nextSeq, of(box).nextSeq) })
      return ours
    },
    async release(notes) {
      for (const { box, epoch } of notes) if (of(box).epoch === epoch) change(box, { owner: null, beat: of(box).beat + 1 })
    },
  }
  return { store, of, finish: (box: number) => finished.add(box) }
}

const relay = (store: RelayStore, clock: HeldClock, owner: string) => createLeases({ store, clock, owner, leaseMs: LEASE_MS, logger: pino({ level: 'silent' }), metrics: createMetrics().relay })
const boxesOf = (leases: ReturnType<typeof relay>): number[] => [...leases.held().values()].map(({ box }) => box)

describe('one relay per box', () => {
  test('the first takes every box, and a second one none as long as the first beats', async () => {
    const [table, clock] = [createLeaseTable(3), createHeldClock()]
    const [first, second] = [relay(table.store, clock, 'first'), relay(table.store, clock, 'second')]
    await first.housekeep()
    for (let round = 0; round < 10; round += 1) {
      await second.housekeep()
      await clock.advance(1_000)
      await first.housekeep()
    }
    expect([boxesOf(first), boxesOf(second)]).toEqual([[0, 1, 2], []])
  })

  test('when the first falls silent the second takes over once it has watched the beat stand still for the whole lease, and not before', async () => {
    const [table, clock] = [createLeaseTable(1), createHeldClock()]
    const [first, second] = [relay(table.store, clock, 'first'), relay(table.store, clock, 'second')]
    await first.housekeep()
    await clock.advance(60_000)
    await second.housekeep()
    expect(boxesOf(second), 'a first look says nothing, however long the silence was').toEqual([])
    await clock.advance(LEASE_MS - 1)
    await second.housekeep()
    expect(boxesOf(second)).toEqual([])
    await clock.advance(1)
    await second.housekeep()
    expect(boxesOf(second)).toEqual([0])
    expect(table.of(0)).toMatchObject({ owner: 'second', epoch: 2 })
  })

  test('one beat in between begins the watch anew', async () => {
    const [table, clock] = [createLeaseTable(1), createHeldClock()]
    const [first, second] = [relay(table.store, clock, 'first'), relay(table.store, clock, 'second')]
    await first.housekeep()
    await second.housekeep()
    await clock.advance(LEASE_MS - 1)
    await first.housekeep()
    await clock.advance(1)
    await second.housekeep()
    await clock.advance(LEASE_MS - 1)
    await second.housekeep()
    expect(boxesOf(second)).toEqual([])
    await clock.advance(1)
    await second.housekeep()
    expect(boxesOf(second)).toEqual([0])
  })

  test('one that was frozen and wakes up lets go of what others have taken, and keeps the rest', async () => {
    const [table, clock] = [createLeaseTable(2), createHeldClock()]
    const [frozen, other] = [relay(table.store, clock, 'frozen'), relay(table.store, clock, 'other')]
    await frozen.housekeep()
    await table.store.take(table.of(0), 'other')
    await other.housekeep()
    await frozen.housekeep()
    expect(boxesOf(frozen)).toEqual([1])
  })

  test('what is given back is taken at once, from the place that was noted', async () => {
    const [table, clock] = [createLeaseTable(1), createHeldClock()]
    const [first, second] = [relay(table.store, clock, 'first'), relay(table.store, clock, 'second')]
    await first.housekeep()
    first.moveTo(1, 0, 41)
    first.moveTo(1, 0, 17)
    await first.housekeep()
    await first.release()
    await second.housekeep()
    expect([...second.held().values()]).toEqual([{ election: 1, box: 0, epoch: 2, nextSeq: 41 }])
  })

  test('a box that is sealed and sent to its end is let go', async () => {
    const [table, clock] = [createLeaseTable(2), createHeldClock()]
    const leases = relay(table.store, clock, 'only')
    await leases.housekeep()
    table.finish(0)
    await leases.housekeep()
    expect(boxesOf(leases)).toEqual([1])
    leases.moveTo(1, 0, 9)
    expect(boxesOf(leases)).toEqual([1])
  })
})
