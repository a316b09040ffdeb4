import { localIdOf, type ElectionShape } from '@livetally/simulator'
import type { PaperElection } from '../checker/paper-count.js'

/** The ballot paper with the definition's own words, as the checker reads the ledger's. */
export function paperOf(shape: ElectionShape, releaseSize: number): PaperElection {
  const contests = shape.contests.map(({ id, unitId, votesAllowed, options }) => ({
    id: localIdOf(id),
    votesAllowed,
    options: options.map((option) => localIdOf(option.id)),
    units: new Set(shape.places.filter(({ unitIds }) => unitIds.has(unitId)).map((place) => localIdOf(place.id))),
  }))
  return { contests, releaseSize }
}
