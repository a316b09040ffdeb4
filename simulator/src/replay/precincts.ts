import type { PrecinctRow } from './precinct-file.js'
import { createIds, idOf } from './names.js'
import { groupBy, precinctKey } from './split-contests.js'

export interface Precinct {
  /** Id in the definition. */
  id: string
  key: string
  name: string
  county: string
  /** `01` of `01-17`; null where names are not ward and division. */
  ward: string | null
  /** False for a row of the file that counts but is nowhere, such as federal-only ballots. */
  isPlace: boolean
}

const WARD_AND_DIVISION = /^(\d+)-\d+$/

/**
 * The precincts of a file in its order. Where nearly all names of a county are `ward-division`, the others are no
 * places: rows that a county keeps for ballots of no precinct.
 */
export function findPrecincts(rows: readonly PrecinctRow[]): Precinct[] {
  const ids = createIds()
  const counties = groupBy(rows, ({ county }) => county)
  return counties.flatMap((ofCounty) => {
    const groups = groupBy(ofCounty, precinctKey)
    const names = groups.map(([row]) => row?.precinct ?? '')
    const hasWards = names.filter((name) => WARD_AND_DIVISION.test(name)).length >= 0.9 * names.length
    return groups.flatMap(([row]) => {
      if (row === undefined) return []
      const ward = hasWards ? WARD_AND_DIVISION.exec(row.precinct)?.[1] ?? null : null
      const wish = counties.length > 1 ? `${idOf(row.county)}.${idOf(row.precinct)}` : idOf(row.precinct)
      return [{ id: ids.of(precinctKey(row), wish), key: precinctKey(row), name: row.precinct, county: row.county, ward, isPlace: !hasWards || ward !== null }]
    })
  })
}
