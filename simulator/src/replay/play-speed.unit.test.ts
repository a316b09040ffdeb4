import { describe, expect, it } from 'vitest'
import { atSpeed, readSpeed } from './play-speed.js'

describe('the speed of a replay', () => {
  it.each([['max', { kind: 'max' }], ['60x', { kind: 'times', factor: 60 }], ['0.5x', { kind: 'times', factor: 0.5 }], ['0x', null], ['fast', null], ['60', null]])('reads %s', (text, expected) => {
    expect(readSpeed(text)).toEqual(expected)
  })

  it('lets ballots through as their seconds come, counted from the first one', async () => {
    const startedAt = performance.now()
    const passed: [number, number][] = []
    for await (const { second } of atSpeed([{ second: 1_000 }, { second: 1_010 }, { second: 1_030 }], { kind: 'times', factor: 100 })) passed.push([second, performance.now() - startedAt])
    expect(passed.map(([second]) => second)).toEqual([1_000, 1_010, 1_030])
    expect(passed.map(([, at]) => at).toSorted((one, other) => one - other)).toEqual(passed.map(([, at]) => at))
    expect(passed[1]?.[1]).toBeGreaterThan(90)
    expect(passed[2]?.[1]).toBeGreaterThan(290)
  })
})
