import type { ElectionDefinitionInput } from '@livetally/core/election'

type Unit = ElectionDefinitionInput['reportingUnits'][number]

interface County { id: string, name: string, places: readonly string[] }

const COUNTIES: readonly County[] = [
  { id: 'alder', name: 'Alder County', places: ['Harbor House', 'Alder Bay Library', 'Fish Market Hall', 'Old Customs House', 'Pier Nine Gymnasium', 'Lighthouse School', 'Chandlers Row', 'St. Brendan Parish Hall', 'Ropewalk Community Center', 'Gull Point Firehouse'] },
  { id: 'birch', name: 'Birch County', places: ['Steelworks Canteen', 'Birch Town Hall', 'Foundry Museum', 'Union Hall No. 4', 'Furnace Street School', 'Canal Lock House', 'Tramway Depot', 'Meridian Academy', 'Millrace Pavilion', 'Eastgate Bathhouse'] },
  { id: 'cedar', name: 'Cedar County', places: ['Cedar Grange', 'Creamery Hall', 'Upper Valley School', 'Orchard Road Chapel', 'Sheepfold Inn', 'County Fairground', 'Mill Bridge Schoolhouse', 'Honey Hill Barn', 'Quarry Lane Center', 'Twin Oaks Library'] },
  { id: 'dogwood', name: 'Dogwood County', places: ['Lantern Hill Observatory', 'Dogwood Clinic', 'Firehouse Twelve', 'College Commons', 'Science Park Atrium', 'Garden Suburb Hall', 'Railway Station', 'Linden Court', 'South Lake Boathouse', 'Stargazer Cinema'] },
]

const STATE = 'evergreen'

/** One state, 4 counties of 10 polling places, and districts that overlap the counties. Eligible voters add up at every level. */
export function demoReportingUnits(eligibleVoters: number): Unit[] {
  const places = COUNTIES.flatMap(placesOf)
  const shares = places.map((_, at) => 3 + at * 7 % 11 + at * 3 % 4)
  const eligible = apportion(eligibleVoters, shares)
  const leaves: Unit[] = places.map((place, at) => ({ ...place, eligibleVoters: eligible[at] ?? 0 }))
  const sumOf = (ids: readonly string[]) => leaves.filter(({ id }) => ids.includes(id)).reduce((sum, leaf) => sum + (leaf.eligibleVoters ?? 0), 0)
  const counties: Unit[] = COUNTIES.map((county) => ({ id: county.id, name: county.name, kind: 'COUNTY', parent: STATE, eligibleVoters: sumOf(placesOf(county).map(({ id }) => id)) }))
  const districts = DISTRICTS.map((district): Unit => ({ ...district, eligibleVoters: sumOf(district.composedOf ?? []) }))
  return [{ id: STATE, name: 'State of Evergreen', kind: 'STATE', eligibleVoters }, ...counties, ...leaves, ...districts]
}

function placesOf(county: County): Unit[] {
  return county.places.map((name, at) => ({ id: `${county.id}-${String(at + 1).padStart(2, '0')}`, name, kind: 'POLLING_PLACE', parent: county.id }))
}

function range(county: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${county}-${String(from + at).padStart(2, '0')}`)
}

const DISTRICTS: readonly Unit[] = [
  { id: 'senate-north-shore', name: 'North Shore Senate District', kind: 'STATE_SENATE_DISTRICT', composedOf: [...range('alder', 1, 10), ...range('birch', 1, 4), ...range('cedar', 1, 3)] },
  { id: 'senate-south-valley', name: 'South Valley Senate District', kind: 'STATE_SENATE_DISTRICT', composedOf: [...range('birch', 5, 10), ...range('cedar', 4, 10), ...range('dogwood', 1, 10)] },
  { id: 'congress-east', name: 'East Congressional District', kind: 'CONGRESSIONAL_DISTRICT', composedOf: [...range('alder', 1, 5), ...range('birch', 1, 10), ...range('dogwood', 1, 4)] },
  { id: 'congress-west', name: 'West Congressional District', kind: 'CONGRESSIONAL_DISTRICT', composedOf: [...range('alder', 6, 10), ...range('cedar', 1, 10), ...range('dogwood', 5, 10)] },
]

/** Splits `total` in proportion to `shares` into whole numbers that add up to it (largest remainder). */
export function apportion(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((left, share) => left + share, 0)
  const exact = shares.map((share) => total * share / sum)
  const whole = exact.map(Math.floor)
  const missing = total - whole.reduce((left, part) => left + part, 0)
  const byRemainder = exact.map((part, at) => ({ at, rest: part - Math.floor(part) })).toSorted((one, other) => other.rest - one.rest || one.at - other.at)
  for (const { at } of byRemainder.slice(0, missing)) whole[at] = (whole[at] ?? 0) + 1
  return whole
}
