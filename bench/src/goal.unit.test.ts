import { describe, expect, test } from 'vitest'
import { brief, describeGoals, isReached, type Goal } from './goal.js'

const pies: Goal = { what: 'pies eaten', value: 12, unit: ' pies', bound: 'at most', aim: 10 }

describe('a goal', () => {
  test('is reached on its own side of the bound, the bound included', () => {
    expect(isReached(pies)).toBe(false)
    expect(isReached({ ...pies, value: 10 })).toBe(true)
    expect(isReached({ ...pies, bound: 'at least' })).toBe(true)
    expect(isReached({ ...pies, bound: 'at least', value: 9 })).toBe(false)
  })

  test('that was missed says so loudly', () => {
    expect(describeGoals([pies])).toBe('  MISSED   pies eaten: 12 pies (aim: at most 10 pies)')
    expect(describeGoals([{ ...pies, aim: 15 }])).toContain('reached')
  })

  test('that could not be measured is missed', () => {
    expect(isReached({ ...pies, value: Number.NaN })).toBe(false)
    expect(isReached({ ...pies, bound: 'at least', value: Number.NaN })).toBe(false)
  })

  test('is told in figures that can be read', () => {
    expect([0.853, 12.34, 1_234.5, Number.NaN].map(brief)).toEqual(['0.85', '12.3', '1,235', 'NaN'])
  })
})
