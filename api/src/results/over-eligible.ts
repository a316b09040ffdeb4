import type { ShownRevision } from '../live/shown-revision.js'

const counted = new WeakMap<ShownRevision['at'], number>()

/** How many places where ballots are cast have more ballots than eligible voters; counted once for each revision. */
export function placesOverEligible({ election, at }: ShownRevision): number {
  const known = counted.get(at)
  if (known !== undefined) return known
  const places = election.structure.leaves.filter(({ id }) => at.turnout(id).ballots > (at.eligibleVoters(id) ?? Number.POSITIVE_INFINITY)).length
  counted.set(at, places)
  return places
}
