import type { ElectionDefinitionInput, ReportingUnitKind } from '@livetally/core/election'
import { createIds, idOf } from './names.js'
import type { Precinct } from './precincts.js'

type Unit = ElectionDefinitionInput['reportingUnits'][number]

export interface UnitBook {
  readonly units: readonly Unit[]
  /** The unit that contains exactly these precincts; one is added, composed of them, where there is none yet. */
  unitOf(precinctIds: readonly string[], wish: { kind: ReportingUnitKind, id: string, name: string }): string
}

/** County → ward → precinct as a tree, and beside it the districts that contests ask for, which may overlap wards. */
export function createUnitBook(precincts: readonly Precinct[], registered: ReadonlyMap<string, number> = new Map()): UnitBook {
  const ids = createIds()
  const units: Unit[] = []
  const bySet = new Map<string, string>()
  const note = (unit: Unit, members: readonly string[]): string => {
    units.push(unit)
    const set = setKey(members)
    if (!bySet.has(set)) bySet.set(set, unit.id)
    return unit.id
  }
  for (const { id } of precincts) ids.of(`precinct/${id}`, id)
  const counties = [...new Set(precincts.map(({ county }) => county))]
  const all = precincts.map(({ id }) => id)
  const root = counties.length > 1 ? note({ id: ids.of('root', 'all-counties'), name: 'All counties', kind: 'STATE' }, all) : undefined
  for (const county of counties) {
    const members = precincts.filter((precinct) => precinct.county === county)
    const countyId = note({ id: ids.of(`county/${county}`, `county-${idOf(county)}`), name: county || 'All precincts', kind: 'COUNTY', ...(root === undefined ? {} : { parent: root }) }, members.map(({ id }) => id))
    for (const ward of new Set(members.map((precinct) => precinct.ward))) {
      const ofWard = members.filter((precinct) => precinct.ward === ward)
      const parent = ward === null ? countyId : note({ id: ids.of(`ward/${county}/${ward}`, `ward-${ward}`), name: `Ward ${ward}`, kind: 'WARD', parent: countyId }, ofWard.map(({ id }) => id))
      for (const { id, key, name, isPlace } of ofWard) {
        // Files that do not know the number write 0.
        const eligibleVoters = registered.get(key) ?? 0
        note({ id, name: name.slice(0, 200), kind: isPlace ? 'PRECINCT' : 'OTHER', parent, isPlace, ...eligibleVoters > 0 ? { eligibleVoters } : {} }, [id])
      }
    }
  }
  return {
    units,
    unitOf: (precinctIds, { kind, id, name }) => {
      const known = bySet.get(setKey(precinctIds))
      return known ?? note({ id: ids.of(`district/${id}`, id), name, kind, composedOf: [...precinctIds] }, precinctIds)
    },
  }
}

function setKey(members: readonly string[]): string {
  return [...members].toSorted().join('\u0000')
}
