import { drawAttributes } from '../electorate/attributes.js'
import type { Electorate } from '../electorate/electorate.js'
import { drawPerson, type Person } from '../electorate/people.js'
import { createRandom, type Random } from '../electorate/random.js'
import { eligibleAt, votersAt } from '../electorate/turnout.js'
import { drawViews, leanOfRegion } from '../electorate/views.js'
import type { ElectionShape, PlaceShape } from '../system/election-shape.js'
import type { NewVoter } from '../system/voters.js'

/** Everybody who may vote in an election and is on its roll when voting opens: as many at each place as the definition says. */
export interface WholeRoll {
  readonly size: number
  /** The entry of that number, 0 … size − 1; the same for the same shape and seed. */
  entry(number: number): NewVoter
}

/** Draws of somebody who stays at home; after so many whoever comes stays. */
const MOST_DRAWS = 20

/**
 * First those who will go to vote, in their order, then those who stay at home, who are younger and went to school for a
 * shorter time, so that groups differ in turnout. People who vote online register when they come: in their place of the roll is
 * somebody who stays at home. Without names, which nobody reads.
 */
export function createWholeRoll(shape: ElectionShape, electorate: Electorate, seed: string): WholeRoll {
  const atHome = shape.places.map((place) => eligibleAt(place) - votersAt(place))
  const placeAtHome = (number: number): PlaceShape | undefined => {
    let left = number
    return shape.places.find((_, at) => {
      left -= atHome[at] ?? 0
      return left < 0
    })
  }
  const stayingAtHome = (number: number, place: PlaceShape): NewVoter => {
    const random = createRandom(`home/${seed}/${number}`)
    const region = leanOfRegion(place.regionId)
    const person = drawStaying(random, region.prosperity)
    const attributes = drawAttributes(random, shape.attributes, person, drawViews(random, person, region))
    return { voterId: `home-${seed}-${String(number).padStart(7, '0')}`, reportingUnitId: place.id, attributes }
  }
  return {
    size: electorate.size + atHome.reduce((sum, people) => sum + people, 0),
    entry(number) {
      if (number >= electorate.size) {
        const place = placeAtHome(number - electorate.size)
        if (place === undefined) throw new Error(`the roll has no entry ${number}`)
        return stayingAtHome(number, place)
      }
      const { voterId, place, channel, attributes } = electorate.voter(number)
      return channel === 'ONLINE' ? stayingAtHome(number, place) : { voterId, reportingUnitId: place.id, channel, attributes }
    },
  }
}

function drawStaying(random: Random, prosperity: number): Person {
  for (let draw = 1; ; draw += 1) {
    const person = drawPerson(random, prosperity)
    const inclination = 1.05 - 0.008 * (person.age - 18) - 0.45 * person.education
    if (random.next() < inclination || draw === MOST_DRAWS) return person
  }
}
