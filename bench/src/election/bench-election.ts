import { checkDefinition, type Ballot, type BallotSecrecy, type ElectionDefinition, type Structure } from '@livetally/core/election'

const DAY_MS = 86_400_000
const PLACES = 64
const PLACES_OF_A_WARD = 100
const AGES = ['18-29', '30-44', '45-64', '65-up']

export interface BenchShape { contests: number, boxes: number, places?: number, slug?: string, ballotSecrecy?: BallotSecrecy }

/** An election that is open now: 64 precincts in 8 wards, unless more are asked for, one attribute, contests of five options. Everybody may vote in each contest. Ballots are open unless it is said. */
export function benchElection({ contests, boxes, places = PLACES, slug = `bench-${contests}-${boxes}`, ballotSecrecy = 'OPEN' }: BenchShape): ElectionDefinition {
  const wards = Math.max(8, Math.ceil(places / PLACES_OF_A_WARD))
  const checked = checkDefinition({
    slug,
    name: 'The election of the benchmarks',
    opensAt: new Date(Date.now() - DAY_MS).toISOString(),
    closesAt: new Date(Date.now() + DAY_MS).toISOString(),
    boxes,
    ballotSecrecy,
    attributes: [{ id: 'age', name: 'Age group', values: AGES.map((id) => ({ id, name: id })) }],
    reportingUnits: [
      { id: 'county', name: 'The county', kind: 'COUNTY' },
      ...Array.from({ length: wards }, (_, at) => ({ id: `ward-${at}`, name: `Ward ${at}`, kind: 'WARD' as const, parent: 'county' })),
      ...Array.from({ length: places }, (_, at) => ({ id: `precinct-${at}`, name: `Precinct ${at}`, kind: 'PRECINCT' as const, parent: `ward-${at % wards}` })),
    ],
    contests: Array.from({ length: contests }, (_, at) => ({
      id: `contest-${at}`, title: `Contest ${at}`, reportingUnit: 'county',
      options: Array.from({ length: 5 }, (_unused, option) => ({ id: `option-${at}-${option}`, name: `Option ${option}` })),
    })),
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.definition
}

/** The `at`-th ballot: the same for the same number, spread over places, channels, ages and options. Every eleventh contest is left blank. */
export function benchBallot(structure: Structure, at: number): Ballot & { box: number } {
  const mixed = Math.imul(at + 1, 2_654_435_761) >>> 0
  const leaf = structure.leaves[mixed % structure.leaves.length]
  if (leaf === undefined) throw new Error('The election has no polling place.')
  const selections = Object.fromEntries(structure.ballotStyle(leaf.id).flatMap((contest, place) => {
    const dice = Math.imul(mixed ^ place, 40_503) >>> 7
    if (dice % 11 === 0) return []
    const options = contest.definition.options
    return [[contest.id, [options[dice % options.length]?.id ?? '']]]
  }))
  return {
    unit: leaf.id,
    box: leaf.box ?? 0,
    channel: (mixed >>> 8) % 3 === 0 ? 'ELECTION_DAY' : 'ONLINE',
    attributes: { age: AGES[(mixed >>> 11) % AGES.length] ?? '' },
    selections,
  }
}
