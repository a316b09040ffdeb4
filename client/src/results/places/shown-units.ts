import type { Election } from '../../elections/documents.js'
import type { Results } from '../documents.js'
import { isComplete } from '../live/live-status.js'
import type { UnitFilter, UnitKind } from './documents.js'

/** The kind of units, wider than places, at which choices are shown until all is counted; null where places have theirs. */
export function widerUnits({ releaseUnits }: Pick<Election, 'releaseUnits'>, results: Pick<Results, 'status'> | null): UnitKind | null {
  return results !== null && isComplete(results.status) ? null : releaseUnits
}

/** Asks for these units. A search finds places beside wider units: they are known by name, and their rows say when their choices come. */
export function filterOfShown(wider: UnitKind | null, search: string): UnitFilter {
  if (wider !== null && search === '') return { kinds: [wider] }
  return { ...(wider === null ? { leavesOnly: true } : {}), ...(search === '' ? {} : { search }) }
}
