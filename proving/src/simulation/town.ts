import { checkDefinition, compileStructure, VOTE_CHANNELS, type Ballot, type ElectionDefinitionInput, type Structure } from '@livetally/core/election'
import type { Random } from './random.js'
import type { Postgres } from './postgres/postgres.js'
import { boxKey } from './postgres/tables.js'

/** The elections of a simulated installation, drawn from the seed: small, and of every kind. */
export interface Town {
  readonly elections: readonly { key: number, structure: Structure }[]
}

const OPENED_MS_AGO = 3_600_000

/** How many of the elections have secret ballots. */
const SECRET_SHARE = 0.5
const RELEASE_SIZE = 5

/** Writes one or two open elections into the tables. They close by themselves about when the votes end. */
export function foundTown(random: Random, postgres: Postgres, votesEndAt: number): Town {
  const elections = Array.from({ length: random.chance(0.25) ? 2 : 1 }, (_, at) => {
    const key = 1 + at * 3
    const opensAt = postgres.now - OPENED_MS_AGO
    const closesAt = postgres.now + votesEndAt * (0.6 + random.next() * 0.6)
    const structure = structureOf(random, key, opensAt, closesAt)
    postgres.tables.elections.set(key, { key, slug: `tea-${key}`, phase: 'OPEN', phaseVersion: 3, phaseSince: 0, definitionVersion: 1, definitionId: postgres.makeId(), opensAt, closesAt, closedByClockAt: null, structure })
    for (let box = 0; box <= structure.correctionsBox; box += 1) postgres.tables.boxes.set(boxKey(key, box), { nextSeq: 0, chain: '', sealedSeq: null, lastCastAt: Number.NEGATIVE_INFINITY, newestAt: Number.NEGATIVE_INFINITY, entries: [] })
    return { key, structure }
  })
  return { elections }
}

/** How ballots are released, drawn apart from all else. With secret ones there is one more place, which may join the other on the hill. */
function drawSecrecy(random: Random): Pick<ElectionDefinitionInput, 'ballotSecrecy' | 'releaseSize' | 'releaseUnits' | 'choicesByChannel'> {
  if (!random.chance(SECRET_SHARE)) return { ballotSecrecy: 'OPEN' }
  return { ballotSecrecy: 'SECRET', releaseSize: RELEASE_SIZE, choicesByChannel: random.chance(0.3), ...random.chance(0.3) ? { releaseUnits: 'WARD' } : {} }
}

/** How many vote: where ballots are secret, enough to fill groups. */
export function drawTurnout(random: Random, key: number, { definition: { ballotSecrecy } }: Structure): number {
  const open = random.whole(4, 28)
  return ballotSecrecy === 'OPEN' ? open : random.fork(`turnout ${key}`).whole(10, 80)
}

function structureOf(random: Random, key: number, opensAt: number, closesAt: number): Structure {
  const secrecy = drawSecrecy(random.fork(`secrecy ${key}`))
  const checked = checkDefinition({
    slug: `tea-${key}`,
    name: 'The Great Tea Election',
    opensAt: new Date(opensAt).toISOString(),
    closesAt: new Date(Math.max(closesAt, opensAt + 10_000)).toISOString(),
    boxes: random.whole(1, 3),
    ...secrecy,
    time: random.chance(0.3) ? { source: 'IMPORTED', disorderMs: 5_000, graceMs: 5_000 } : {},
    attributes: [
      { id: 'age', name: 'Age group', values: [{ id: 'young', name: 'Under 40' }, { id: 'old', name: '40 and over' }] },
      { id: 'pet', name: 'Lives with', values: [{ id: 'cat', name: 'A cat' }, { id: 'dog', name: 'A dog' }, { id: 'fish', name: 'A fish' }] },
    ],
    breakdowns: [['age', 'pet']],
    reportingUnits: [
      { id: 'town', name: 'Teapot Town', kind: 'CITY' },
      { id: 'hill', name: 'Hill', kind: 'WARD', parent: 'town' },
      { id: 'dale', name: 'Dale', kind: 'WARD', parent: 'town' },
      { id: 'hill-1', name: 'Upper Hill', kind: 'PRECINCT', parent: 'hill', eligibleVoters: 40 },
      { id: 'hill-2', name: 'Lower Hill', kind: 'PRECINCT', parent: 'hill', eligibleVoters: 30 },
      { id: 'dale-1', name: 'Sunny Dale', kind: 'PRECINCT', parent: 'dale', eligibleVoters: 50 },
      ...secrecy.ballotSecrecy === 'SECRET' ? [{ id: 'hill-3', name: 'Back of the Hill', kind: 'PRECINCT', parent: 'hill', eligibleVoters: 30 } as const] : [],
      { id: 'riverside', name: 'Riverside', kind: 'DISTRICT', composedOf: ['hill-2', 'dale-1'] },
    ],
    contests: [
      { id: 'drink', title: 'Drink of the year', reportingUnit: 'town', options: [{ id: 'tea', name: 'Tea' }, { id: 'coffee', name: 'Coffee' }, { id: 'cocoa', name: 'Cocoa' }] },
      { id: 'biscuit', title: 'Two biscuits', reportingUnit: 'riverside', variation: 'N_OF_M', votesAllowed: 2, options: [{ id: 'oat', name: 'Oat' }, { id: 'ginger', name: 'Ginger' }, { id: 'plain', name: 'Plain' }] },
    ],
  })
  if (!checked.ok) throw new Error(checked.problems.map(({ path, message }) => `${path} ${message}`).join('; '))
  return compileStructure(checked.definition)
}

/** A ballot as somebody in town may cast it: sometimes blank, sometimes with too many marks on paper. */
export function drawBallot(random: Random, structure: Structure): Ballot {
  const unit = random.pick(structure.leaves)
  const channel = random.pick(structure.definition.choicesByChannel ? VOTE_CHANNELS.slice(0, 2) : VOTE_CHANNELS)
  const selections = structure.ballotStyle(unit.id).flatMap((contest) => {
    if (random.chance(0.1)) return []
    const most = contest.votesAllowed + (channel !== 'ONLINE' && random.chance(0.1) ? 1 : 0)
    return [[contest.id, [...contest.optionIndex.keys()].filter(() => random.chance(0.5)).slice(0, most)] as const]
  })
  const attributes = structure.definition.attributes.flatMap(({ id, values }) => random.chance(0.1) ? [] : [[id, random.pick(values).id] as const])
  return { unit: unit.id, channel, attributes: Object.fromEntries(attributes), selections: Object.fromEntries(selections) }
}
