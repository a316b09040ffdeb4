import { describe, expect, it } from 'vitest'
import { currentRates } from './current-rates.js'

const asOf = '2026-11-03T12:00:00Z'
const results = { asOf, rates: { perSecond: 2, perMinute: 90, perHour: 4_000 } }
const open = { phase: 'OPEN' as const, closesAt: '2026-11-03T20:00:00Z' }
const after = (seconds: number) => Date.parse(asOf) + seconds * 1_000

describe('the rates on the page', () => {
  it('are those of the newest message while ballots come in', () => expect(currentRates(results, open, after(5))).toEqual(results.rates))
  it('fall to nothing one after the other while no message comes', () => {
    expect(currentRates(results, open, after(30))).toEqual({ perSecond: 0, perMinute: 90, perHour: 4_000 })
    expect(currentRates(results, open, after(90))).toEqual({ perSecond: 0, perMinute: 0, perHour: 4_000 })
    expect(currentRates(results, open, after(3_700))).toEqual({ perSecond: 0, perMinute: 0, perHour: 0 })
  })
  it('are not shown after the close', () => {
    expect(currentRates(results, { ...open, phase: 'CLOSED' }, after(5))).toBeNull()
    expect(currentRates(results, open, after(8 * 3_600))).toBeNull()
    expect(currentRates({ ...results, rates: null }, open, after(5))).toBeNull()
  })
})
