import type { ElectionDefinition } from '@livetally/core/election'

/* Where ballots are cast and which units hold what, read off the definition the plainest way. Shares nothing with the counting code. */

type Units = ElectionDefinition['reportingUnits']
type Contest = ElectionDefinition['contests'][number]
const knownLeaves = new WeakMap<Units, Map<string, readonly string[]>>()

/** The leaves of a unit; of a leaf itself. */
export function leavesOf({ reportingUnits }: Pick<ElectionDefinition, 'reportingUnits'>, unit: string): readonly string[] {
  const known = knownLeaves.get(reportingUnits) ?? new Map<string, readonly string[]>()
  knownLeaves.set(reportingUnits, known)
  const leaves = known.get(unit) ?? findLeaves(reportingUnits, unit)
  known.set(unit, leaves)
  return leaves
}

function findLeaves(reportingUnits: Units, unit: string): string[] {
  const parts = reportingUnits.filter(({ id, parent }) => parent === unit || reportingUnits.find((one) => one.id === unit)?.composedOf?.includes(id) === true)
  return parts.length === 0 ? [unit] : parts.flatMap(({ id }) => findLeaves(reportingUnits, id))
}

/** The places where ballots are cast, in the order of the definition. */
export function placesOf(definition: ElectionDefinition): string[] {
  return definition.reportingUnits.map(({ id }) => id).filter((id) => leavesOf(definition, id).join() === id)
}

/** The units right below the one that holds all. */
export function firstLevelOf({ reportingUnits }: ElectionDefinition): string[] {
  const root = reportingUnits.find(({ parent, composedOf }) => parent === undefined && composedOf === undefined)
  return reportingUnits.filter(({ parent }) => parent === root?.id).map(({ id }) => id)
}

/** The contests on the ballot of a place, in the order of the definition. */
export function styleOf(definition: ElectionDefinition, place: string): Contest[] {
  return definition.contests.filter(({ reportingUnit }) => leavesOf(definition, reportingUnit).includes(place))
}
