import { createRandom, type Random } from './random.js'
import type { Person } from './people.js'

/** A point of the two questions that divide this electorate, each about −1 to 1. */
export interface Views {
  /** −1: the state should share out; 1: the market should. */
  economy: number
  /** −1: things should stay; 1: things should change. */
  change: number
}

/** Where the invented parties of the demo stand. Any other party stands where its id leads by chance, always in the same place. */
const KNOWN_PARTIES: Record<string, Views> = {
  harbor: { economy: 0.25, change: 0.35 },
  meadow: { economy: 0.1, change: -0.5 },
  forge: { economy: -0.65, change: 0.05 },
  lantern: { economy: -0.05, change: 0.7 },
}

export function viewsOfParty(localPartyId: string): Views {
  const known = KNOWN_PARTIES[localPartyId]
  if (known !== undefined) return known
  const random = createRandom(`party/${localPartyId}`)
  return { economy: random.next() * 1.6 - 0.8, change: random.next() * 1.6 - 0.8 }
}

/** A region's lean, the same for every electorate: `prosperity` moves people's lives, the views move their politics. */
export function leanOfRegion(regionId: string): Views & { prosperity: number } {
  const random = createRandom(`region/${regionId.slice(regionId.lastIndexOf('/') + 1)}`)
  return { economy: 0.35 * random.normal(), change: 0.3 * random.normal(), prosperity: random.next() * 1.6 - 0.8 }
}

/** The rich and old lean to the market, the schooled and young to change, each person with a mind of their own. */
export function drawViews(random: Random, person: Person, region: Views): Views {
  const seniority = (person.age - 18) / 80
  return {
    economy: 0.9 * (person.income - 0.5) + 0.3 * (seniority - 0.4) - (person.gender === 'woman' ? 0.08 : 0) + region.economy + 0.3 * random.normal(),
    change: 1.1 * (person.education - 0.5) - 0.9 * (seniority - 0.4) + (person.gender === 'man' ? 0 : 0.1) + region.change + 0.3 * random.normal(),
  }
}

export function distance(one: Views, other: Views): number {
  return (one.economy - other.economy) ** 2 + (one.change - other.change) ** 2
}
