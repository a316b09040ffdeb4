import type { PlaceShape } from '../system/election-shape.js'
import { createRandom, shuffle } from './random.js'
import { leanOfRegion } from './views.js'

/** Eligible voters of a place whose definition names no number. */
const UNKNOWN_PLACE = 1_000

/** The share of a place's eligible voters who vote: 0.4 to 0.8, higher where people are better off. */
function turnoutOf(place: PlaceShape): number {
  const local = createRandom(`turnout/${place.id.slice(place.id.indexOf('/'))}`).next()
  return 0.52 + 0.06 * leanOfRegion(place.regionId).prosperity + 0.2 * local
}

/** Everybody who may vote at a place. */
export function eligibleAt({ eligibleVoters }: PlaceShape): number {
  return eligibleVoters ?? UNKNOWN_PLACE
}

/** How many of them go to vote. */
export function votersAt(place: PlaceShape): number {
  return Math.floor(eligibleAt(place) * turnoutOf(place))
}

/** For each voter, in the order of voting, the index of their place: no place sends more than its turnout. */
export function orderOfVoting(places: readonly PlaceShape[], seed: string): Uint16Array {
  const voters = places.map(votersAt)
  const order = new Uint16Array(voters.reduce((sum, count) => sum + count, 0))
  let from = 0
  for (const [at, count] of voters.entries()) {
    order.fill(at, from, from + count)
    from += count
  }
  return shuffle(order, createRandom(`order/${seed}`))
}
