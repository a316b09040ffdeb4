import { checkDefinition } from '@livetally/core/election'
import { describe, expect, it } from 'vitest'
import { demoElection } from './demo-election.js'
import { apportion } from './demo-places.js'

describe('the demo election', () => {
  const definition = demoElection({ now: Date.UTC(2026, 10, 3, 15) })

  it('has no problem, three contests of which one allows several marks, and at least eight candidates', () => {
    const check = checkDefinition(definition)
    expect(check.ok ? [] : check.problems).toEqual([])
    expect(definition.contests.length).toBe(3)
    expect(definition.contests.filter(({ variation }) => variation === 'N_OF_M').length).toBe(1)
    expect(definition.contests.flatMap(({ options }) => options).length).toBeGreaterThanOrEqual(8)
  })

  it('has four counties of ten polling places, and districts that overlap them', () => {
    const kinds = definition.reportingUnits.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'COUNTY').length).toBe(4)
    expect(kinds.filter((kind) => kind === 'POLLING_PLACE').length).toBe(40)
    for (const county of ['alder', 'birch', 'cedar', 'dogwood']) expect(definition.reportingUnits.filter(({ parent }) => parent === county).length).toBe(10)
    const mixed = definition.reportingUnits.filter(({ composedOf }) => new Set(composedOf?.map((id) => id.split('-')[0])).size > 1)
    expect(mixed.length).toBeGreaterThanOrEqual(2)
  })

  it('tells eligible voters that add up at every level', () => {
    const { reportingUnits } = definition
    const partsOf = (id: string) => reportingUnits.find((unit) => unit.id === id)?.composedOf ?? reportingUnits.filter(({ parent }) => parent === id).map((unit) => unit.id)
    const eligibleOf = (id: string) => reportingUnits.find((unit) => unit.id === id)?.eligibleVoters ?? 0
    const sums = reportingUnits.filter(({ id }) => partsOf(id).length > 0).map(({ id }) => [id, partsOf(id).reduce((sum, part) => sum + eligibleOf(part), 0)])
    expect(sums).toEqual(sums.map(([id]) => [id, eligibleOf(String(id))]))
    expect(sums.length).toBe(9)
  })

  it('presents every candidate with a biography, a platform and a portrait of their own of at most 4 KB', () => {
    const candidates = definition.contests.flatMap(({ options }) => options)
    for (const candidate of candidates) {
      expect(candidate.biography?.length).toBeGreaterThan(40)
      expect(candidate.campaignPlatform?.length).toBeGreaterThan(40)
      expect(candidate.photoUrl?.length).toBeLessThanOrEqual(4096)
      expect(candidate.photoUrl).toMatch(/^data:image\/svg\+xml;base64,/)
    }
    expect(new Set(candidates.map(({ photoUrl }) => photoUrl)).size).toBe(candidates.length)
  })

  it('is the same document for the same moment', () => {
    expect(demoElection({ now: Date.UTC(2026, 10, 3, 15) })).toEqual(definition)
  })
})

describe('splitting a number', () => {
  it('loses nothing to rounding', () => {
    expect(apportion(100, [1, 1, 1])).toEqual([34, 33, 33])
    expect(apportion(7, [2, 0, 5]).reduce((sum, part) => sum + part, 0)).toBe(7)
  })
})
