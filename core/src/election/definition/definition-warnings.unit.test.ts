import { describe, expect, test } from 'vitest'
import { definitionOf } from '../elections-under-test.js'
import { findDefinitionWarnings } from './definition-warnings.js'

interface Place { id: string, voters?: number, parent?: string }

/** An island of two bays and as many landings as are named; boats vote for the pilot, those of the east bay for a watch, too. */
function island(places: readonly Place[], changes: Record<string, unknown> = {}) {
  return definitionOf({
    slug: 'island', name: 'The pilot of the island', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z', boxes: 1,
    reportingUnits: [
      { id: 'island', name: 'Island', kind: 'COUNTY' },
      ...['west', 'east'].map((id) => ({ id, name: `${id} bay`, kind: 'WARD', parent: 'island' })),
      ...places.map(({ id, voters, parent = 'west' }) => ({ id, name: `Landing ${id}`, kind: 'PRECINCT', parent, ...voters === undefined ? {} : { eligibleVoters: voters } })),
    ],
    contests: [
      { id: 'pilot', title: 'Pilot', reportingUnit: 'island', options: [{ id: 'gull', name: 'Gull' }, { id: 'tern', name: 'Tern' }] },
      { id: 'watch', title: 'Watch', reportingUnit: 'east', options: [{ id: 'eel', name: 'Eel' }, { id: 'crab', name: 'Crab' }] },
    ],
    ...changes,
  })
}
const west: Place = { id: 'w', voters: 900 }
const east: Place = { id: 'e', voters: 900, parent: 'east' }

describe('who drafts an election is warned', () => {
  test('of a place where fewer than two groups of voters live, by its name, its number, and what becomes of it', () => {
    expect(findDefinitionWarnings(island([west, east, { id: 'reef', voters: 19 }]))).toEqual([{
      path: 'reportingUnits[5]',
      message: '"Landing reef" has 19 eligible voters, fewer than 20: their choices come when voting has closed, together with those of a place with the same ballot in the same units, or alone where there is none, and could then be read off',
    }])
  })

  test('not of a place with enough for two groups, nor of one whose number is not known', () => {
    expect(findDefinitionWarnings(island([west, east, { id: 'reef', voters: 20 }, { id: 'buoy' }]))).toEqual([])
  })

  test('by the size of the groups that the election asks for', () => {
    expect(findDefinitionWarnings(island([west, east, { id: 'reef', voters: 20 }], { releaseSize: 11 }))).toHaveLength(1)
    expect(findDefinitionWarnings(island([west, east, { id: 'reef', voters: 19 }], { releaseSize: 5 }))).toEqual([])
  })

  test('of nothing where ballots are open', () => {
    expect(findDefinitionWarnings(island([west, east, { id: 'reef', voters: 1 }], { ballotSecrecy: 'OPEN' }))).toEqual([])
  })

  test('of the release unit where choices are shown for wider units than places', () => {
    const places = [{ id: 'w1', voters: 12 }, { id: 'w2', voters: 12 }, { id: 'e1', voters: 9, parent: 'east' }, { id: 'e2', voters: 9, parent: 'east' }]
    const warnings = findDefinitionWarnings(island(places, { releaseUnits: 'WARD' }))
    expect(warnings.map(({ path, message }) => [path, message.split(',')[0]])).toEqual([['reportingUnits[2]', '"east bay" has 18 eligible voters']])
  })

  test('of a ballot style that few have in a wide release unit, as their choices are a group of their own', () => {
    const places = [{ id: 'w1', voters: 900 }, { id: 'e1', voters: 12, parent: 'east' }]
    const warnings = findDefinitionWarnings(island(places, { releaseUnits: 'COUNTY' }))
    expect(warnings.map(({ path, message }) => [path, message.split(',').slice(0, 2).join()])).toEqual([['reportingUnits[0]', '"Island" has 12 eligible voters, in one place with one ballot style']])
  })

  test.each([undefined, 4])('not of thin places of a release unit that has enough, with %s ballot boxes', (boxes) => {
    const places = ['a', 'b', 'c', 'd'].map((id) => ({ id, voters: 9 }))
    expect(findDefinitionWarnings(island([...places, east], { releaseUnits: 'WARD', ...boxes === undefined ? {} : { boxes } }))).toEqual([])
  })

  test('of the twenty smallest places by name, and of the number of the others', () => {
    const places = Array.from({ length: 23 }, (_, at) => ({ id: `p${at}`, voters: at % 19 }))
    const warnings = findDefinitionWarnings(island([west, east, ...places]))
    expect(warnings).toHaveLength(21)
    expect(warnings[0]?.message).toContain('has 0 eligible voters')
    expect(warnings.at(-1)).toEqual({ path: 'reportingUnits', message: '3 more places have fewer than 20 eligible voters' })
  })
})
