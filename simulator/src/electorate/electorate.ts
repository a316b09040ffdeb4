import { createHash } from 'node:crypto'
import { en, Faker } from '@faker-js/faker'
import type { VoteChannel } from '@livetally/core/election'
import type { IngestBallot, Selection } from '../system/cast-votes.js'
import type { ElectionShape, PlaceShape } from '../system/election-shape.js'
import { drawAttributes, registeredPartyOf, type AttributeValue } from './attributes.js'
import { drawPerson, type Person } from './people.js'
import { createPreferences } from './preferences.js'
import { createRandom, type Random } from './random.js'
import { orderOfVoting } from './turnout.js'
import { drawViews, leanOfRegion } from './views.js'

export interface SyntheticVoter extends Person {
  /** Position in the order of voting, from 0. */
  number: number
  voterId: string
  place: PlaceShape
  channel: VoteChannel
  attributes: AttributeValue[]
  selections: Selection[]
  /** The key of this voter's ballot; a UUID that depends on seed and number alone. */
  idempotencyKey: string
}

export interface Electorate {
  /** How many go to vote; the rest of the eligible stay at home. */
  readonly size: number
  /** The voter of that number; the same for the same shape and seed. */
  voter(number: number): SyntheticVoter
  /** A made-up name and address, made only where a roll asks for them. */
  nameOf(voter: SyntheticVoter): { name: string, address: string }
  voters(from?: number): Iterable<SyntheticVoter>
}

export interface ElectorateOptions {
  shape: ElectionShape
  seed: string | number
  /** At most so many voters; all who turn out without it. */
  voters?: number
  /** Share of voters who vote online with a voting code, 0 to 1. */
  onlineShare?: number
}

const PAPER_CHANNELS: readonly VoteChannel[] = ['ELECTION_DAY', 'EARLY', 'ABSENTEE_MAIL', 'PROVISIONAL']

/** A synthetic electorate: people with lives, views and ballots, all from one seed. */
export function createElectorate({ shape, seed, voters, onlineShare = 0.1 }: ElectorateOptions): Electorate {
  const order = orderOfVoting(shape.places, String(seed))
  const size = Math.min(order.length, voters ?? order.length)
  const preferences = createPreferences(shape)
  const faker = new Faker({ locale: en })
  const voterOf = (number: number): SyntheticVoter => {
    const place = shape.places[order[number] ?? 0]
    if (place === undefined) throw new Error('this election has no place to vote at')
    const random = createRandom(`voter/${seed}/${number}`)
    const region = leanOfRegion(place.regionId)
    const person = drawPerson(random, region.prosperity)
    const views = drawViews(random, person, region)
    const attributes = drawAttributes(random, shape.attributes, person, views)
    const channel = drawChannel(random, person, onlineShare)
    const chooser = { views, registeredParty: registeredPartyOf(attributes), place, isOnPaper: channel !== 'ONLINE' }
    const voterId = `sim-${seed}-${String(number).padStart(7, '0')}`
    return { ...person, number, voterId, place, channel, attributes, selections: preferences.choose(random, chooser), idempotencyKey: uuidOf(`${voterId}/ballot`) }
  }
  return {
    size,
    voter: voterOf,
    nameOf: (voter) => {
      faker.seed(Math.floor(createRandom(`name/${voter.voterId}`).next() * 2 ** 32))
      const sex = voter.gender === 'woman' ? 'female' : voter.gender === 'man' ? 'male' : undefined
      return { name: `${faker.person.firstName(sex)} ${faker.person.lastName()}`, address: faker.location.streetAddress() }
    },
    * voters(from = 0) {
      for (let number = from; number < size; number += 1) yield voterOf(number)
    },
  }
}

/** The ballot of a voter who is on the roll; the groups are the roll's. */
export function ballotOnRoll({ idempotencyKey, voterId, place, channel, selections }: SyntheticVoter): IngestBallot {
  return { idempotencyKey, voterId, reportingUnitId: place.id, channel, selections }
}

/** The voter's ballot as their polling place or counting centre sends it, under a number of its own: nobody of theirs is on a roll. */
export function ballotOf({ idempotencyKey, voterId, place, channel, attributes, selections }: SyntheticVoter): IngestBallot {
  return { idempotencyKey, sourceBallotNumber: voterId, reportingUnitId: place.id, channel, attributes, selections }
}

/** A UUID (version 8) that depends on `text` alone. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8'
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The young vote online more often, the old by mail. */
function drawChannel(random: Random, { age }: Person, onlineShare: number): VoteChannel {
  if (random.next() < onlineShare * (age < 45 ? 1.3 : age < 65 ? 1 : 0.5)) return 'ONLINE'
  return PAPER_CHANNELS[random.weighted([0.62, 0.16, age >= 65 ? 0.35 : 0.17, 0.025])] ?? 'ELECTION_DAY'
}
