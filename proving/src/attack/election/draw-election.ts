import { checkDefinition, type Ballot, type BallotSecrecy, type ElectionDefinition, type ElectionDefinitionInput, type VoteChannel } from '@livetally/core/election'
import { createRandom, shuffle, type Random } from './chance.js'

export interface DrawOptions {
  secrecy: BallotSecrecy
  ballots: number
  /** Ballot boxes; as many as the product takes by itself unless it is said. */
  boxes?: number
  places: number
  seed: string
  /** Places of very different size, with votes that lean one way. */
  isSkewed?: boolean
  releaseSize?: number
  /** Choices are live by ward instead of by place. */
  byWard?: boolean
  choicesByChannel?: boolean
  /** Ballots bring their own time, and some come late. */
  importedTime?: boolean
  /** Breakdowns beside those by age and by gender. */
  breakdowns?: string[][]
}

/** A ballot that will be cast. `castAt` only where time is imported. */
export interface DrawnBallot extends Ballot { readonly castAt?: number }

export interface DrawnElection { readonly definition: ElectionDefinitionInput, readonly ballots: readonly DrawnBallot[] }

const AGES = ['18-29', '30-44', '45-64', '65-up']
const GENDERS = ['female', 'male', 'nonbinary']
const AGE_WEIGHTS = [0.2, 0.25, 0.35, 0.2]
const GENDER_WEIGHTS = [0.5, 0.48, 0.02]
const CHANNELS: readonly VoteChannel[] = ['ELECTION_DAY', 'ONLINE', 'EARLY']
const PLACES_OF_A_WARD = 8
const DAY_MS = 86_400_000
const SECOND_MS = 1_000
/** So much later than it was cast a late ballot comes, and so many do. */
const LATE_MS = 600_000
const LATE_PART = 0.03

/** A town with wards, polling places and districts of wards: an office for all, a question for all and a council of half the wards, three seats. */
export function drawElection(options: DrawOptions): DrawnElection {
  const random = createRandom(`attack/${options.seed}`)
  const now = Math.floor(Date.now() / SECOND_MS) * SECOND_MS
  const definition = defineTown(options, now)
  const leanings = Array.from({ length: options.places }, () => random.normal() * (options.isSkewed === true ? 2.5 : 0.7))
  const sizes = Array.from({ length: options.places }, (_, place) => options.isSkewed === true ? (place + 1) ** -0.8 : 1)
  const opensAt = Date.parse(definition.opensAt)
  const ballots = Array.from({ length: options.ballots }, (_, at): DrawnBallot => {
    const place = random.weighted(sizes)
    const ballot = drawBallot(random, place, leanings[place] ?? 0, isInDistrict(wardOf(place)))
    return options.importedTime === true ? { ...ballot, castAt: eventTime(random, opensAt, now, at / options.ballots) } : ballot
  })
  return { definition, ballots: options.importedTime === true ? ballots : shuffle(ballots, random) }
}

/** As the tests without a system want it. */
export function checkedDefinition({ definition }: DrawnElection): ElectionDefinition {
  const checked = checkDefinition(definition)
  if (!checked.ok) throw new Error(`the drawn election is broken: ${JSON.stringify(checked.problems)}`)
  return checked.definition
}

function defineTown({ secrecy, places, boxes, seed, releaseSize, byWard, choicesByChannel, importedTime, breakdowns = [] }: DrawOptions, now: number): ElectionDefinitionInput {
  const wards = Math.ceil(places / PLACES_OF_A_WARD)
  const districtWards = Array.from({ length: wards }, (_, ward) => ward).filter(isInDistrict).map((ward) => `ward-${ward}`)
  return {
    slug: `attack-${seed.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 50)}`,
    name: 'The election that is attacked',
    opensAt: new Date(now - DAY_MS).toISOString(),
    closesAt: new Date(now + DAY_MS).toISOString(),
    ballotSecrecy: secrecy,
    ...releaseSize === undefined ? {} : { releaseSize },
    ...byWard === true ? { releaseUnits: 'WARD' as const } : {},
    choicesByChannel: choicesByChannel ?? false,
    ...importedTime === true ? { time: { source: 'IMPORTED' as const, disorderMs: 60_000, graceMs: 60_000 } } : {},
    ...boxes === undefined ? {} : { boxes },
    attributes: [
      { id: 'age', name: 'Age group', values: AGES.map((id) => ({ id, name: id })) },
      { id: 'gender', name: 'Gender', values: GENDERS.map((id) => ({ id, name: id })) },
    ],
    breakdowns,
    reportingUnits: [
      { id: 'town', name: 'The town', kind: 'CITY' },
      ...Array.from({ length: wards }, (_, ward) => ({ id: `ward-${ward}`, name: `Ward ${ward}`, kind: 'WARD' as const, parent: 'town' })),
      { id: 'river', name: 'River district', kind: 'DISTRICT', composedOf: districtWards },
      ...Array.from({ length: places }, (_, place) => ({ id: `place-${place}`, name: `Polling place ${place}`, kind: 'POLLING_PLACE' as const, parent: `ward-${wardOf(place)}` })),
    ],
    contests: [
      { id: 'mayor', title: 'Mayor', reportingUnit: 'town', options: ['ada', 'ben', 'cleo', 'dan'].map((id) => ({ id, name: id })) },
      { id: 'bridge', title: 'Shall the bridge be built?', reportingUnit: 'town', options: ['yes', 'no'].map((id) => ({ id, name: id })) },
      { id: 'council', title: 'River council', variation: 'N_OF_M', votesAllowed: 2, numberElected: 2, reportingUnit: 'river', options: ['eve', 'finn', 'gus', 'hana'].map((id) => ({ id, name: id })) },
    ],
  }
}

function wardOf(place: number): number {
  return Math.floor(place / PLACES_OF_A_WARD)
}

function isInDistrict(ward: number): boolean {
  return ward % 2 === 0
}

function drawBallot(random: Random, place: number, leaning: number, votesForCouncil: boolean): Ballot {
  const office = random.weighted([Math.exp(leaning), 1, 0.3, 0.1, 0.05])
  const question = random.weighted([Math.exp(-leaning), 1, 0.08])
  const council = shuffle(['eve', 'finn', 'gus', 'hana'], random).slice(0, random.weighted([0.1, 0.2, 0.7]))
  return {
    unit: `place-${place}`,
    channel: CHANNELS[random.weighted([0.6, 0.3, 0.1])] ?? 'ELECTION_DAY',
    attributes: { age: AGES[random.weighted(AGE_WEIGHTS)] ?? '', gender: GENDERS[random.weighted(GENDER_WEIGHTS)] ?? '' },
    selections: {
      ...marks('mayor', ['ada', 'ben', 'cleo', 'dan'].slice(office, office + 1)),
      ...marks('bridge', ['yes', 'no'].slice(question, question + 1)),
      ...votesForCouncil ? marks('council', council) : {},
    },
  }
}

function marks(contest: string, options: readonly string[]): Record<string, readonly string[]> {
  return options.length === 0 ? {} : { [contest]: options }
}

/** In the order in which they are cast, but for some that come late. */
function eventTime(random: Random, opensAt: number, now: number, part: number): number {
  const onTime = opensAt + (now - opensAt) * part * 0.99
  const at = random.next() < LATE_PART ? onTime - LATE_MS * (1 + random.next()) : onTime
  return Math.max(opensAt, Math.floor(at / SECOND_MS) * SECOND_MS)
}
