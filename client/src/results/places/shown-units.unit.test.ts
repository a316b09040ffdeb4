import { describe, expect, it } from 'vitest'
import { filterOfShown, widerUnits } from './shown-units.js'

const byWard = { releaseUnits: 'WARD' } as const
const byPlace = { releaseUnits: null } as const
const STATUSES = ['PRE_ELECTION', 'UNOFFICIAL_PARTIAL', 'UNOFFICIAL_COMPLETE', 'CORRECTION', 'RECOUNT', 'CERTIFIED'] as const

describe('the units of a contest\'s table', () => {
  it('are those at which choices are shown until all is counted, then the places', () => {
    expect(STATUSES.map((status) => widerUnits(byWard, { status }))).toEqual(['WARD', 'WARD', null, null, null, null])
    expect(widerUnits(byWard, null), 'before results are there').toBe('WARD')
  })
  it('are the places from the start where each has its own choices, or ballots are open', () => {
    expect(STATUSES.map((status) => widerUnits(byPlace, { status }))).toEqual(STATUSES.map(() => null))
  })
  it('are asked for by their kind', () => {
    expect([filterOfShown('WARD', ''), filterOfShown(null, '')]).toEqual([{ kinds: ['WARD'] }, { leavesOnly: true }])
  })
  it('are searched among the places, or among all units: a place says when its choices come', () => {
    expect([filterOfShown('WARD', 'mill'), filterOfShown(null, 'mill')]).toEqual([{ search: 'mill' }, { leavesOnly: true, search: 'mill' }])
  })
})
