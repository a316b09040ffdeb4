import { expect, test } from 'vitest'
import { FAULT_KINDS } from './fault-kinds.js'
import { planFaults } from './schedule.js'

test('the same seed plans the same faults, another seed others', () => {
  const plan = (seed: number) => planFaults({ seed, lengthMs: 120_000 })
  expect(plan(7)).toEqual(plan(7))
  expect(plan(7)).not.toEqual(plan(8))
})

test('every kind of fault has its turn before one comes again', () => {
  const kinds = planFaults({ seed: 3, lengthMs: 600_000 }).map(({ kind }) => kind)
  expect(new Set(kinds.slice(0, FAULT_KINDS.length)).size).toBe(FAULT_KINDS.length)
})

test('all faults are over before the time is', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    for (const { atMs, lengthMs } of planFaults({ seed, lengthMs: 60_000 })) expect(atMs + lengthMs).toBeLessThan(60_000)
  }
})

test('a kind that the machine cannot do is left out', () => {
  expect(planFaults({ seed: 1, lengthMs: 600_000, without: ['disk full'] }).map(({ kind }) => kind)).not.toContain('disk full')
})

test('faults that are to be timed come one by one, with time to recover', () => {
  const faults = planFaults({ seed: 5, lengthMs: 120_000, only: ['API killed', 'relay killed'], isEachAlone: true })
  expect(faults.length).toBeGreaterThan(5)
  for (const [at, { atMs }] of faults.entries()) expect(atMs - (faults[at - 1]?.atMs ?? -7_000)).toBeGreaterThanOrEqual(7_000)
})
