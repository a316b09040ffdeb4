import { expect, test } from 'vitest'
import { simulate } from './simulate.js'

test('a seed replays the same schedule, event for event', async () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    const [first, second] = [await simulate({ seed }), await simulate({ seed, keepLines: true })]
    expect(second.digest).toBe(first.digest)
    expect(second.steps).toBe(first.steps)
    expect(second.lines.length).toBeGreaterThan(500)
  }
}, 60_000)

test('two seeds replay two schedules', async () => {
  expect((await simulate({ seed: 1 })).digest).not.toBe((await simulate({ seed: 2 })).digest)
})

test.each([4, 30, 73, 82, 178, 1026, 2010, 2023, 3006, 3123, 3390, 3443, 3450, 663, 861, 5941, 8717, 9895, 10393, 14764, 15139, 14938, 3991, 5760, 7025, 11330, 11762, 541, 2021, 2032, 3250, 8854, 8936, 12146, 18747, 19546, 20198, 596, 4209, 4395, 4738, 13164, 16938, 4554, 14020, 1378, 3199, 18593, 19312, 4410, 9129])('schedule %i, which once ended badly, ends well', async (seed) => {
  expect((await simulate({ seed })).problems).toEqual([])
})
