import { methodOf, nameCounts, VOTE_CHANNELS, WHOLE_ELECTION, type ContestCounts, type ContestShape, type Lead, type ResultsStatus as Status, type Unit } from '@livetally/core/election'
import { Arg, Args, Field, Int, ObjectType } from 'type-graphql'
import { Contest, ContestOption, optionsOf } from '../elections/contest.type.js'
import { ReportingUnit, ReportingUnitFilter } from '../elections/reporting-unit.type.js'
import { compareKeys, filterUnits } from '../elections/unit-list.js'
import type { ShownRevision } from '../live/shown-revision.js'
import { connectionOf, cursorScope, cutPage, PageArgs } from '../schema/page.js'
import { Count, DateTime } from '../schema/scalars.js'
import { ResultsStatus } from '../schema/vocabulary.js'
import { TakesTurn } from '../server/cost/takes-turn.js'
import { byPartyOf, ChannelResult, OptionResult, PartyResult, totalsOf } from './totals.type.js'

/** A contest counted over one unit (or the whole election). Numbers are read when they are asked for, all of one revision. No type of its own in the schema. */
@ObjectType()
abstract class CountedContest {
  readonly #shape: ContestShape
  readonly #shown: ShownRevision
  readonly #unit: string
  #counts: readonly number[] | undefined
  #lead: Lead | undefined

  constructor(shown: ShownRevision, shape: ContestShape, unit: string) {
    this.#shown = shown
    this.#shape = shape
    this.#unit = unit
  }

  @Field(() => Count)
  get undervotes(): number { return this.named.undervotes }

  @Field(() => Count)
  get overvotes(): number { return this.named.overvotes }

  @Field(() => [ChannelResult], { description: 'Empty where ballots are secret and the election does not tell choices by channel.' })
  get byChannel(): ChannelResult[] {
    if (this.#shown.election.structure.secrecy?.byChannel === false) return []
    return VOTE_CHANNELS.map((channel) => {
      const counts = this.#shown.at.contest(this.#shape.id, this.#unit, channel)
      return new ChannelResult(channel, nameCounts(counts), totalsOf(this.#shown.election, this.#shape, counts))
    })
  }

  protected get rawCounts(): readonly number[] {
    this.#counts ??= this.#shown.at.contest(this.#shape.id, this.#unit)
    return this.#counts
  }

  protected get named(): ContestCounts { return nameCounts(this.rawCounts) }

  protected get lead(): Lead {
    this.#lead ??= methodOf(this.#shape).findLead(this.#shape, this.named.options)
    return this.#lead
  }

  protected allTotals(): OptionResult[] { return totalsOf(this.#shown.election, this.#shape, this.rawCounts) }

  @Field(() => [ContestOption], { description: 'Those of the leaders who would be elected now whatever becomes of a tie.' })
  get elected(): ContestOption[] { return this.optionsAt(this.lead.elected) }

  @Field(() => [ContestOption], { description: 'Those of the leaders who are tied for the last seat, or seats. Empty without a tie.' })
  get tiedForLast(): ContestOption[] { return this.optionsAt(this.lead.tiedForLast) }

  protected optionsAt(places: readonly number[]): ContestOption[] {
    const options = optionsOf(this.#shown.election, this.#shape)
    return places.flatMap((at) => options[at] ?? [])
  }

  protected allParties(): PartyResult[] { return byPartyOf(this.#shown.election, this.#shape, this.rawCounts) }
}

@ObjectType({ description: 'A contest counted over one reporting unit.' })
export class ContestUnitResult extends CountedContest {
  readonly #shown: ShownRevision
  readonly #unit: Unit

  @Field(() => ReportingUnit)
  readonly reportingUnit: ReportingUnit

  constructor(shown: ShownRevision, shape: ContestShape, unit: Unit) {
    super(shown, shape, unit.id)
    this.#shown = shown
    this.#unit = unit
    this.reportingUnit = new ReportingUnit(shown.election, unit)
  }

  @Field(() => Count, { description: 'Ballots on which this contest was and whose choices are published here.' })
  get ballots(): number { return this.named.ballots }

  @Field(() => ReportingUnit, { nullable: true, description: 'Where choices of secret ballots of this place are counted instead: it had too few ballots to be shown alone.' })
  get shownWith(): ReportingUnit | null {
    const unit = this.#shown.election.structure.units.get(this.#shown.at.shownWith(this.#unit.id) ?? '')
    return unit === undefined ? null : new ReportingUnit(this.#shown.election, unit)
  }

  @Field(() => Count)
  get votes(): number { return this.named.votes }

  @Field(() => [OptionResult], { description: 'In ballot order.' })
  get totals(): OptionResult[] { return this.allTotals() }

  @Field(() => [ContestOption])
  get leaders(): ContestOption[] { return this.optionsAt(this.lead.leaders) }

  @Field(() => Boolean)
  get isTied(): boolean { return this.lead.isTied }
}

export const ContestUnitConnection = connectionOf('ContestUnit', () => ContestUnitResult)

@ObjectType({ description: 'What a contest has come to: everywhere, or in one reporting unit.' })
export class ContestResults extends CountedContest {
  readonly #shown: ShownRevision
  readonly #shape: ContestShape
  readonly #unit: Unit | undefined

  @Field(() => Int, { description: 'On a subscription: revisions passed over since the last message.' })
  readonly skipped: number

  /** Without a unit it is the whole election. */
  constructor(shown: ShownRevision, shape: ContestShape, unit: Unit | undefined, skipped: number) {
    super(shown, shape, unit?.id ?? WHOLE_ELECTION)
    this.#shown = shown
    this.#shape = shape
    this.#unit = unit
    this.skipped = skipped
  }

  @Field(() => Contest)
  get contest(): Contest { return new Contest(this.#shown.election, this.#shape) }

  @Field(() => ReportingUnit, { nullable: true, description: 'Null: the whole election.' })
  get reportingUnit(): ReportingUnit | null { return this.#unit === undefined ? null : new ReportingUnit(this.#shown.election, this.#unit) }

  @Field(() => Int)
  get revision(): number { return this.#shown.facts.revision }

  @Field(() => ResultsStatus)
  get status(): Status { return this.#shown.facts.status }

  @Field(() => DateTime)
  get publishedAt(): Date { return new Date(this.#shown.facts.publishedAt) }

  @Field(() => Count, { description: 'Ballots on which this contest was and whose choices are published: of secret ones see `ElectionResults.choicesPending`.' })
  get ballots(): number { return this.named.ballots }

  @Field(() => Count, { description: 'Counted votes: votes + undervotes + overvotes = votesAllowed × ballots.' })
  get votes(): number { return this.named.votes }

  @Field(() => [OptionResult], { description: 'In ballot order: a chart never jumps about.' })
  get totals(): OptionResult[] { return this.allTotals() }

  @Field(() => [PartyResult])
  get byParty(): PartyResult[] { return this.allParties() }

  @Field(() => ContestUnitConnection.type, { description: 'By every unit that shares a precinct with where this contest is counted, in the order of names.' })
  @TakesTurn()
  byUnit(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ReportingUnitFilter, { nullable: true }) filter: ReportingUnitFilter | null,
  ): object {
    const { election } = this.#shown
    const leaves = this.#countedLeaves()
    const units = filterUnits(election.key, election.structure, election.structure.units.values(), filter).filter((unit) => unit.leaves.some((leaf) => leaves.has(leaf)))
    const cut = cutPage(units, page, (unit) => [unit.definition.name, unit.id], compareKeys(false), cursorScope('byUnit', election.key, this.#shape.id, this.#unit?.id ?? '', filter))
    return ContestUnitConnection.of({ ...cut, items: cut.items.map((unit) => new ContestUnitResult(this.#shown, this.#shape, unit)) })
  }

  @Field(() => [ContestOption], { description: 'Who would be elected now; every tied option is named. Empty before the first vote.' })
  get leaders(): ContestOption[] { return this.optionsAt(this.lead.leaders) }

  @Field(() => Boolean, { description: 'True if somebody is tied for the last seat: see `tiedForLast`.' })
  get isTied(): boolean { return this.lead.isTied }

  @Field(() => Count, { nullable: true, description: 'Votes between the last who would be elected and the first who would not. Null without votes or without a rival.' })
  get margin(): number | null { return this.lead.margin ?? null }

  #countedLeaves(): Set<string> {
    const { structure } = this.#shown.election
    const ofContest = structure.units.get(this.#shape.definition.reportingUnit)?.leaves ?? []
    const unit = this.#unit
    return new Set(unit === undefined ? ofContest : ofContest.filter((leaf) => unit.leaves.includes(leaf)))
  }
}
