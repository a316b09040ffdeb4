import { BALLOTS, FIRST_OPTION, OTHER_GROUPS, parseId, UNKNOWN_VALUE, type ContestShape, type Election } from '@livetally/core/election'
import { Field, ObjectType } from 'type-graphql'
import { Contest } from '../elections/contest.type.js'
import { AttributeValue, attributesOf, otherGroups, unknownValue, VoterAttribute } from '../elections/voter-attribute.type.js'
import type { ShownRevision } from '../live/shown-revision.js'
import { Count } from '../schema/scalars.js'
import { badInput, forbidden } from '../server/errors.js'
import { Share, turnoutOf } from './share.type.js'
import { byPartyOf, OptionResult, PartyResult, totalsOf } from './totals.type.js'

@ObjectType({ description: 'The ballots of one group of voters.' })
export class BreakdownCell {
  @Field(() => [AttributeValue], { description: 'One value per attribute, in the order of `by`.' })
  readonly values: AttributeValue[]

  @Field(() => Count)
  readonly ballots: number

  @Field(() => Count, { nullable: true, description: 'How many of this group may vote, by the roll. Null unless the roll names everybody who may vote, and with a contest, which not all of them may vote in.' })
  readonly eligibleVoters: number | null

  @Field(() => Share, { nullable: true, description: 'Null where the number of voters is not known.' })
  readonly turnout: Share | null

  @Field(() => [OptionResult], { description: 'In ballot order; empty without a contest.' })
  readonly totals: OptionResult[]

  @Field(() => [PartyResult], { description: 'Empty without a contest.' })
  readonly byParty: PartyResult[]

  constructor(values: AttributeValue[], ballots: number, eligible: number | undefined, totals: OptionResult[], byParty: PartyResult[]) {
    this.values = values
    this.ballots = ballots
    this.eligibleVoters = eligible ?? null
    this.turnout = turnoutOf(ballots, eligible)
    this.totals = totals
    this.byParty = byParty
  }
}

@ObjectType({ description: 'Ballots by groups of voters: a cell for every combination of values, zeros included. Choices of secret ballots of small groups are told together, in a last cell with the values `_other`.' })
export class Breakdown {
  @Field(() => Contest, { nullable: true })
  readonly contest: Contest | null

  @Field(() => [VoterAttribute])
  readonly by: VoterAttribute[]

  @Field(() => [BreakdownCell])
  readonly cells: BreakdownCell[]

  @Field(() => Boolean, { description: 'False while a breakdown that was added to a running election is still being counted from the ledger: until then its cells are zero, never a part.' })
  readonly isComplete: boolean

  constructor(contest: Contest | null, by: VoterAttribute[], cells: BreakdownCell[], isComplete: boolean) {
    this.contest = contest
    this.by = by
    this.cells = cells
    this.isComplete = isComplete
  }
}

/** Throws BAD_USER_INPUT, naming what can be asked for, unless the election counts this breakdown. */
export function breakDown(shown: ShownRevision, shape: ContestShape | undefined, by: readonly string[]): Breakdown {
  const { election } = shown
  const asked = by.map((id) => localAttribute(election, id))
  const counted = election.structure.breakdowns.find((ids) => ids.length === asked.length && ids.every((id) => asked.includes(id)))
  if (counted === undefined) throw badInput(`This election is not broken down in that way. It offers: ${offered(election)}.`)
  if (shape !== undefined && !shown.at.isReleased(counted)) throw forbidden('Choices by groups of voters are shown once all ballot boxes are sealed and counted, for ballots are secret in this election.', 'AFTER_CLOSE')
  const attributes = attributesOf(election, asked)
  const groups = shown.at.breakdown(counted, shape?.id ?? '')
  const others = groups.find(([[first]]) => first === OTHER_GROUPS)
  const asAsked = (values: readonly string[]): string => asked.map((id) => values[counted.indexOf(id)]).join(',')
  const found = new Map(groups.filter((group) => group !== others).map(([values, counts]) => [asAsked(values), counts] as const))
  // Groups that are told together have no cell of their own: zeros would say that nobody in them has voted.
  const together = new Set(others === undefined ? [] : shown.at.breakdown(counted, '').map(([values]) => asAsked(values)).filter((values) => !found.has(values)))
  const onTheRoll = shape === undefined ? shown.at.electorateGroups(counted).map(asAsked) : []
  const cells = combinations(attributes, [...found.keys(), ...onTheRoll]).flatMap((values) => {
    const key = values.map(({ id }) => id).join(',')
    if (together.has(key)) return []
    const eligible = shape === undefined ? shown.at.electorate(counted, counted.map((id) => values[asked.indexOf(id)]?.id ?? '')) : undefined
    return [cellOf(election, shape, values, eligible, found.get(key))]
  })
  if (others !== undefined) cells.push(cellOf(election, shape, asked.map(() => otherGroups), undefined, others[1]))
  return new Breakdown(shape === undefined ? null : new Contest(election, shape), attributes, cells, shown.at.isComplete(counted))
}

function localAttribute({ key }: Election, id: string): string {
  const parsed = parseId(id)
  return parsed?.kind === 'attribute' && parsed.key === key ? parsed.attribute : id
}

function offered({ structure }: Election): string {
  return structure.breakdowns.map((ids) => `[${ids.join(', ')}]`).join(', ')
}

/** Every combination of values; "not known" only for attributes of which a group has it: one of voters who have cast a ballot, or of those on the roll. */
function combinations(attributes: readonly VoterAttribute[], groups: readonly string[]): AttributeValue[][] {
  return attributes.reduce<AttributeValue[][]>((sets, attribute, at) => {
    const hasUnknown = groups.some((values) => values.split(',')[at] === UNKNOWN_VALUE)
    const values = hasUnknown ? [...attribute.values, unknownValue] : attribute.values
    return sets.flatMap((set) => values.map((value) => [...set, value]))
  }, [[]])
}

function cellOf(election: Election, shape: ContestShape | undefined, values: AttributeValue[], eligible: number | undefined, counts: readonly number[] | undefined): BreakdownCell {
  if (shape === undefined) return new BreakdownCell(values, counts?.[BALLOTS] ?? 0, eligible, [], [])
  const known = counts ?? Array.from({ length: FIRST_OPTION + shape.optionIndex.size }, () => 0)
  return new BreakdownCell(values, known[BALLOTS] ?? 0, eligible, totalsOf(election, shape, known), byPartyOf(election, shape, known))
}
