import fc from 'fast-check'
import type { BallotEntry } from './ballot.js'
import { checkDefinition } from './definition/check-definition.js'
import type { ElectionDefinition } from './definition/definition.js'
import { compileStructure, type Structure } from './structure/structure.js'
import { VOTE_CHANNELS } from './vocabulary.js'

const NOON = Date.UTC(2031, 4, 4, 12)

const contestShape = fc.record({ place: fc.nat(), votesAllowed: fc.integer({ min: 1, max: 3 }), options: fc.integer({ min: 1, max: 4 }) })
const shape = fc.record({
  leaves: fc.integer({ min: 1, max: 6 }),
  wards: fc.integer({ min: 0, max: 2 }),
  districts: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), { maxLength: 3 }),
  contests: fc.array(contestShape, { minLength: 1, maxLength: 3 }),
  attributes: fc.integer({ min: 0, max: 2 }),
  isImported: fc.boolean(),
  boxes: fc.integer({ min: 1, max: 3 }),
})

/** Any small election: wards that share its precincts, districts composed of any wards and precincts, contests of any unit. */
export const anyElection: fc.Arbitrary<Structure> = shape.map((drawn) => {
  const leaves = Array.from({ length: drawn.leaves }, (_, at) => `p${at}`)
  const wards = Array.from({ length: Math.min(drawn.wards, drawn.leaves) }, (_, at) => `w${at}`)
  const parts = [...wards, ...leaves]
  const districts = drawn.districts.map((places) => [...new Set(places.map((place) => parts[place % parts.length] ?? 'p0'))])
  const units = [
    { id: 'town', kind: 'CITY' },
    ...wards.map((id) => ({ id, kind: 'WARD', parent: 'town' })),
    ...leaves.map((id, at) => ({ id, kind: 'PRECINCT', parent: wards[at % wards.length] ?? 'town' })),
    ...districts.map((composedOf, at) => ({ id: `d${at}`, kind: 'DISTRICT', composedOf })),
  ]
  const attributes = ['age', 'crust'].slice(0, drawn.attributes)
  return compileStructure(definitionOf({
    slug: 'any', name: 'Any election', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z', ballotSecrecy: 'OPEN', boxes: drawn.boxes,
    time: { source: drawn.isImported ? 'IMPORTED' : 'DATABASE', granularityMs: 1_000, disorderMs: 10_000, graceMs: 10_000 },
    attributes: attributes.map((id) => ({ id, name: id, values: ['x', 'y'].map((value) => ({ id: value, name: value })) })),
    breakdowns: [...attributes.length === 2 ? [['age', 'crust']] : [], ['unit:PRECINCT'], ['unit:CITY', ...attributes.slice(0, 1)], ...wards.length > 0 ? [['unit:WARD']] : [], ...districts.length > 0 ? [[...attributes.slice(0, 1), 'unit:DISTRICT']] : []],
    reportingUnits: units.map((unit) => ({ name: unit.id, ...unit })),
    contests: drawn.contests.map(({ place, votesAllowed, options }, at) => ({
      id: `c${at}`, title: `Contest ${at}`, reportingUnit: units[place % units.length]?.id ?? 'town', variation: 'N_OF_M',
      votesAllowed: Math.min(votesAllowed, options), options: Array.from({ length: options }, (_, option) => ({ id: `o${option}`, name: `Option ${option}` })),
    })),
  }))
})

export function definitionOf(document: unknown): ElectionDefinition {
  const checked = checkDefinition(document)
  if (!checked.ok) throw new Error(checked.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return checked.definition
}

/** Whether a unit holds a place, found in the definition by going down from the unit. */
export function holds(reportingUnits: ElectionDefinition['reportingUnits'], unit: string, place: string): boolean {
  const parts = [...reportingUnits.find(({ id }) => id === unit)?.composedOf ?? [], ...reportingUnits.filter(({ parent }) => parent === unit).map(({ id }) => id)]
  return unit === place || parts.some((part) => holds(reportingUnits, part, place))
}

const drawnBallot = fc.record({ place: fc.nat(), channel: fc.constantFrom(...VOTE_CHANNELS), seconds: fc.integer({ min: 0, max: 90 }), marks: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), groups: fc.array(fc.nat(2), { minLength: 2, maxLength: 2 }) })

/** Any ballots that a counting centre may send for an election, in the order of one box and each in a ledger transaction of its own; overvotes, blanks and unknown attributes included. */
export function anyBallots(structure: Structure, maxLength = 40): fc.Arbitrary<BallotEntry[]> {
  return fc.array(drawnBallot, { maxLength }).map((drawn) => drawn.map(({ place, channel, seconds, marks, groups }, seq): BallotEntry => {
    const unit = structure.leaves[place % structure.leaves.length]?.id ?? ''
    const selections = structure.ballotStyle(unit).flatMap(({ id, optionIndex }, at): [string, string[]][] => {
      const bits = (marks[at] ?? 0) % 2 ** (optionIndex.size + 1)
      // the highest bit says that the contest is not on the ballot at all
      return bits >= 2 ** optionIndex.size ? [] : [[id, [...optionIndex.keys()].filter((_, option) => (bits >> option) % 2 === 1)]]
    })
    const attributes = structure.definition.attributes.flatMap(({ id, values }, at): [string, string][] => {
      const value = values[groups[at] ?? 0]
      return value === undefined ? [] : [[id, value.id]]
    })
    return { kind: 'BALLOT', seq, commitment: '00'.repeat(32), chain: '00'.repeat(32), unit, channel, castAt: NOON + seconds * 1_000, attributes: Object.fromEntries(attributes), selections: Object.fromEntries(selections) }
  }))
}

/** An election with ballots for it. */
export const anyElectionWithBallots: fc.Arbitrary<{ structure: Structure, ballots: BallotEntry[] }> =
  anyElection.chain((structure) => anyBallots(structure).map((ballots) => ({ structure, ballots })))
