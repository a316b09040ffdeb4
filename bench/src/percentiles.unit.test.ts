import { describe, expect, test } from 'vitest'
import { percentiles } from './percentiles.js'

describe('percentiles', () => {
  test('are values of the sample, by nearest rank', () => {
    const sample = Array.from({ length: 200 }, (_, at) => 200 - at)
    expect(percentiles(sample, [50, 95, 99, 100])).toEqual([100, 190, 198, 200])
    expect(percentiles([7], [50, 99])).toEqual([7, 7])
  })

  test('of nothing are not a number', () => {
    expect(percentiles([], [50])).toEqual([Number.NaN])
  })
})
