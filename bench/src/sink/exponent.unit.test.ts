import { describe, expect, test } from 'vitest'
import { exponentOf } from './exponent.js'

const points = (law: (x: number) => number) => [0.5, 1, 2, 4].map((x) => ({ x, y: law(x) }))

describe('how a cost grows', () => {
  test('is 1 where twice the ballots cost twice as much, 2 where they cost four times as much', () => {
    expect(exponentOf(points((x) => 7 * x))).toBeCloseTo(1)
    expect(exponentOf(points((x) => 7 * x * x))).toBeCloseTo(2)
  })

  test('does not ask for the unit', () => {
    expect(exponentOf(points((x) => x ** 1.1))).toBeCloseTo(exponentOf(points((x) => 1_000 * x ** 1.1)))
  })

  test('cannot be told from one point', () => {
    expect(exponentOf([{ x: 1, y: 1 }])).toBeNaN()
  })
})
