import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDefinition } from '../definition/check-definition.js'
import { anyElection, definitionOf, holds } from '../elections-under-test.js'
import { crumbleton } from '../fixtures/index.js'
import { compileStructure, defaultBoxCount } from './structure.js'

const structure = compileStructure(crumbleton.definition)

describe('reporting units', () => {
  test('are leaves where ballots are cast, and sums of leaves above', () => {
    expect(structure.leaves.map(({ id }) => id)).toEqual(['mill', 'market', 'harbour', 'lighthouse', 'cellar'])
    const leaves = (unit: string) => structure.units.get(unit)?.leaves
    expect(leaves('mill')).toEqual(['mill'])
    expect(leaves('south')).toEqual(['harbour', 'lighthouse', 'cellar'])
    expect(leaves('cd-sweet')).toEqual(['mill', 'harbour'])
    expect(leaves('riverside'), 'composed of a ward and a precinct').toEqual(['mill', 'market', 'harbour'])
    expect(leaves('crumbleton')).toHaveLength(5)
    expect(structure.units.get('lighthouse')?.containers).toEqual(['crumbleton', 'south', 'cd-savoury'])
    expect(structure.units.get('south')?.containers).toEqual([])
  })

  test('hold each leaf once, however their parts overlap', () => {
    const overlapping = compileStructure(definitionOf({ ...crumbleton.definition, reportingUnits: [...crumbleton.definition.reportingUnits, { id: 'both', name: 'Both', kind: 'OTHER', composedOf: ['north', 'cd-sweet', 'riverside', 'mill'] }] }))
    expect(overlapping.units.get('both')?.leaves).toEqual(['mill', 'market', 'harbour'])
  })

  test('in any election: a unit sums exactly the places that one finds going down from it in the definition', () => {
    fc.assert(fc.property(anyElection, (any) => {
      const { reportingUnits } = any.definition
      const places = reportingUnits.filter(({ id, composedOf }) => composedOf === undefined && reportingUnits.every(({ parent }) => parent !== id)).map(({ id }) => id)
      expect(any.leaves.map(({ id }) => id)).toEqual(places)
      for (const unit of any.units.values()) expect(unit.leaves.toSorted(), unit.id).toEqual(places.filter((place) => holds(reportingUnits, unit.id, place)).toSorted())
      for (const leaf of any.leaves) {
        expect(leaf.containers, leaf.id).toEqual(reportingUnits.filter(({ id }) => id !== leaf.id && holds(reportingUnits, id, leaf.id)).map(({ id }) => id))
        expect(any.ballotStyle(leaf.id).map(({ id }) => id)).toEqual(any.definition.contests.filter(({ reportingUnit }) => holds(reportingUnits, reportingUnit, leaf.id)).map(({ id }) => id))
      }
    }))
  })

  test('in any election: containers and leaves say the same of each other, and a leaf has the contests of all that contain it', () => {
    fc.assert(fc.property(anyElection, (any) => {
      for (const unit of any.units.values()) {
        for (const leaf of unit.isLeaf ? [] : unit.leaves) expect(any.units.get(leaf)?.containers).toContain(unit.id)
        for (const container of unit.containers) expect(any.units.get(container)?.leaves).toContain(unit.id)
      }
      for (const leaf of any.leaves) {
        const expected = [...any.contests.values()].filter(({ definition }) => any.units.get(definition.reportingUnit)?.leaves.includes(leaf.id))
        expect(any.ballotStyle(leaf.id)).toEqual(expected)
      }
    }))
  })

  test('a ballot style is shared by all precincts that have it, and unknown places have none', () => {
    expect(structure.ballotStyle('lighthouse')).toBe(structure.ballotStyle('cellar'))
    expect(structure.ballotStyle('north')).toEqual([])
    expect(structure.ballotStyle('atlantis')).toEqual([])
  })
})

describe('ballot boxes', () => {
  test('share the leaves evenly, in the order of the definition; the one behind them is for corrections', () => {
    expect(structure.leaves.map(({ box }) => box)).toEqual([0, 1, 0, 1, 0])
    expect([structure.boxCount, structure.correctionsBox]).toEqual([2, 2])
    expect(structure.units.get('north')?.box).toBeUndefined()
  })

  test('hold all of a release unit, and all places that lie in the same units and share a ballot, of secret ballots', () => {
    fc.assert(fc.property(anyElection, fc.integer({ min: 1, max: 9 }), fc.nat(), (drawn, boxes, at) => {
      const plain = { ...drawn.definition, boxes, ballotSecrecy: 'SECRET' as const }
      const { reportingUnits } = drawn.definition
      const wide = checkDefinition({ ...plain, releaseUnits: reportingUnits[at % reportingUnits.length]?.kind })
      const { secrecy, units, leaves, boxCount } = compileStructure(wide.ok ? wide.definition : definitionOf(plain))
      const boxesOf = (ids: readonly string[]) => new Set(ids.map((id) => units.get(id)?.box)).size
      const families = new Map<string, string[]>()
      for (const cell of secrecy?.cells ?? []) {
        expect(boxesOf(cell.leaves)).toBe(1)
        const kin = `${cell.layout.contests.map(({ id }) => id).join()}/${cell.containers.join()}`
        families.set(kin, [...families.get(kin) ?? [], ...cell.leaves])
      }
      for (const family of families.values()) expect(boxesOf(family)).toBe(1)
      for (const { box } of leaves) expect(box).toBeLessThan(boxCount)
    }))
  })

  test('of secret ballots are filled evenly, as far as families allow', () => {
    const wards = Array.from({ length: 13 }, (_, ward) => `w${ward}`)
    const { leaves, boxCount } = compileStructure(definitionOf({
      ...crumbleton.definition, attributes: [], breakdowns: [], parties: [], boxes: undefined, ballotSecrecy: 'SECRET',
      reportingUnits: [{ id: 'town', name: 'Town', kind: 'CITY' }, ...wards.flatMap((ward) => [{ id: ward, name: ward, kind: 'WARD', parent: 'town' }, ...Array.from({ length: 8 }, (_, at) => ({ id: `${ward}p${at}`, name: `${ward}p${at}`, kind: 'PRECINCT', parent: ward }))])],
      contests: [{ id: 'mayor', title: 'Mayor', reportingUnit: 'town', options: [{ id: 'ann', name: 'Ann' }, { id: 'bob', name: 'Bob' }] }],
    }))
    const sizes = Array.from({ length: boxCount }, (_, box) => leaves.filter((leaf) => leaf.box === box).length)
    expect(sizes.toSorted((one, other) => other - one)).toEqual([16, 16, 16, 16, 16, 8, 8, 8])
  })

  test('keep the leaves that publication gave them', () => {
    const stored = compileStructure(crumbleton.definition, new Map([['mill', 1], ['market', 0], ['harbour', 1], ['lighthouse', 1], ['cellar', 0]]))
    expect(stored.leaves.map(({ box }) => box)).toEqual([1, 0, 1, 1, 0])
  })

  test.each([[1, 1], [100, 1], [101, 8], [1_703, 8]])('for %i leaves there are %i unless the definition says otherwise', (leaves, boxes) => {
    expect(defaultBoxCount(leaves)).toBe(boxes)
  })
})

test('breakdowns are every attribute alone, then the pairs of the definition', () => {
  expect(structure.breakdowns).toEqual([['age'], ['crust'], ['age', 'crust']])
})

test('a breakdown that the definition names although it is an attribute alone is counted once', () => {
  const { breakdowns } = compileStructure(definitionOf({ ...crumbleton.definition, breakdowns: [['crust'], ['unit:WARD'], ['age'], ['crust', 'age']] }))
  expect(breakdowns).toEqual([['age'], ['crust'], ['unit:WARD'], ['crust', 'age']])
})

test('the group of a place in a breakdown by units is the first unit of that kind that holds it, the place itself included', () => {
  const groups = (name: string) => structure.leaves.map(({ id }) => structure.groupOf(id, name))
  expect(groups('unit:WARD')).toEqual(['north', 'north', 'south', 'south', 'south'])
  expect(groups('unit:CONGRESSIONAL_DISTRICT')).toEqual(['cd-sweet', 'cd-savoury', 'cd-sweet', 'cd-savoury', 'cd-savoury'])
  expect(groups('unit:PRECINCT'), 'the places themselves').toEqual(['mill', 'market', 'harbour', 'lighthouse', 'cellar'])
  expect(groups('unit:DISTRICT'), 'none for two of them').toEqual(['riverside', 'riverside', 'riverside', undefined, undefined])
  expect([structure.groupOf('north', 'unit:WARD'), structure.groupOf('atlantis', 'unit:WARD')], 'no places').toEqual([undefined, undefined])
})
