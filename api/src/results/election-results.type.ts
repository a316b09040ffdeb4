import { parseId, WHOLE_ELECTION, type ContestShape, type RankingOrder as Order, type ReportingUnitKind as Kind, type ResultsStatus as Status } from '@livetally/core/election'
import { Arg, Args, Ctx, Field, Float, ID, Int, ObjectType } from 'type-graphql'
import { MOST_SHOWN } from '../corrections/correction-desk.js'
import { CorrectionLine } from '../corrections/correction-line.type.js'
import { Election } from '../elections/election.type.js'
import { ReportingUnitFilter } from '../elections/reporting-unit.type.js'
import type { ShownRevision } from '../live/shown-revision.js'
import { PageArgs, pageRequest } from '../schema/page.js'
import type { Ref } from '../schema/ref.js'
import { Count, DateTime } from '../schema/scalars.js'
import type { RequestContext } from '../server/context.js'
import { TakesTurn } from '../server/cost/takes-turn.js'
import { RankingOrder, ReportingUnitKind, ResultsStatus, UnitTurnoutOrder } from '../schema/vocabulary.js'
import { badInput } from '../server/errors.js'
import { timelineOf } from '../timeline/cut-timeline.js'
import { HourResult, hoursOf } from '../timeline/hour-result.type.js'
import { BallotRates, ballotsPerSecond, ratesOf } from '../timeline/rates.type.js'
import { windowUnit } from '../timeline/timeline-scope.js'
import { readWindow, WindowInput } from '../timeline/window-input.type.js'
import { WindowResult } from '../timeline/window-result.type.js'
import { Breakdown, breakDown } from './breakdown.type.js'
import { CellFrontierConnection, frontierOf } from './cell-frontier.type.js'
import { ContestResults } from './contest-results.type.js'
import { Share, turnoutOf } from './share.type.js'
import { TopUnit, topUnits } from './top-units.type.js'
import { ChannelBallots, turnoutByUnit, UnitTurnoutConnection } from './turnout.type.js'

@ObjectType({ description: 'How far one ballot box is contained in a revision: exactly its entries 0 … nextSeq − 1.' })
export class BoxPosition {
  @Field(() => Int)
  readonly box: number

  @Field(() => Int, { description: 'Raised when the box was tallied anew from the ledger.' })
  readonly generation: number

  @Field(() => Count)
  readonly nextSeq: number

  @Field(() => Count, { nullable: true, description: 'Where the box ends, once it is sealed.' })
  readonly sealedSeq: number | null

  constructor({ box, generation, nextSeq, sealedSeq }: ShownRevision['facts']['vector'][number]) {
    this.box = box
    this.generation = generation
    this.nextSeq = nextSeq
    this.sealedSeq = sealedSeq
  }
}

@ObjectType({ description: 'Results of an election as published in one revision: every number is a sum over the same ballots.' })
export class ElectionResults {
  readonly #shown: ShownRevision

  @Field(() => Int, { description: 'On a subscription: revisions passed over since the last message.' })
  readonly skipped: number

  constructor(shown: ShownRevision, skipped: number) {
    this.#shown = shown
    this.skipped = skipped
  }

  @Field(() => Election)
  get election(): Ref<Election> { return new Election(this.#shown.election) }

  @Field(() => Int, { description: 'Rises with every publication. 0: nothing has been published yet.' })
  get revision(): number { return this.#shown.facts.revision }

  @Field(() => DateTime)
  get publishedAt(): Date { return new Date(this.#shown.facts.publishedAt) }

  @Field(() => DateTime, { nullable: true, description: 'Event time of the newest ballot included; null before the first.' })
  get asOf(): Date | null { return this.#shown.facts.asOf === null ? null : new Date(this.#shown.facts.asOf) }

  @Field(() => ResultsStatus)
  get status(): Status { return this.#shown.facts.status }

  @Field(() => Count)
  get ballotsCast(): number { return this.#shown.at.turnout(WHOLE_ELECTION).ballots }

  @Field(() => Count, { description: 'Ballots in `ballotsCast` whose choices are not published yet: those of secret ballots come in groups. Corrections left aside.' })
  get choicesPending(): number {
    const { election, at } = this.#shown
    return election.structure.secrecy === undefined ? 0 : Math.max(0, this.ballotsCast - this.ballotsCorrected - at.released(WHOLE_ELECTION))
  }

  @Field(() => Int, { description: 'Ballots in `ballotsCast` that corrections have added; negative where they have taken ballots away.' })
  get ballotsCorrected(): number { return this.#shown.at.corrected('')[0] ?? 0 }

  @Field(() => Count, { nullable: true, description: 'Null where the number of voters is not known.' })
  get eligibleVoters(): number | null { return this.#shown.at.eligibleVoters(WHOLE_ELECTION) ?? null }

  @Field(() => Share, { nullable: true })
  get turnout(): Share | null {
    return turnoutOf(this.ballotsCast, this.eligibleVoters ?? undefined)
  }

  @Field(() => Float, { nullable: true, description: 'Of now, over the last minute of event time. Null once voting has ended.' })
  get ballotsPerSecond(): number | null { return ballotsPerSecond(this.#shown, Date.now()) }

  @Field(() => BallotRates, { nullable: true, description: 'Of now. Null once voting has ended; of a revision of the past, as they were when it was published.' })
  get rates(): BallotRates | null { return ratesOf(this.#shown, Date.now()) }

  @Field(() => [ChannelBallots])
  get byChannel(): ChannelBallots[] {
    const { ballots, byChannel } = this.#shown.at.turnout(WHOLE_ELECTION)
    return [...byChannel].map(([channel, cast]) => new ChannelBallots(channel, cast, ballots))
  }

  @Field(() => [ContestResults])
  get contests(): ContestResults[] {
    return [...this.#shown.election.structure.contests.values()].map((shape) => new ContestResults(this.#shown, shape, undefined, this.skipped))
  }

  @Field(() => ContestResults, { nullable: true })
  contest(@Arg('id', () => ID) id: string): ContestResults | null {
    const shape = this.#findContest(id)
    return shape === undefined ? null : new ContestResults(this.#shown, shape, undefined, this.skipped)
  }

  @Field(() => UnitTurnoutConnection.type)
  @TakesTurn()
  turnoutByUnit(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ReportingUnitFilter, { nullable: true }) filter: ReportingUnitFilter | null,
    @Arg('orderBy', () => UnitTurnoutOrder, { nullable: true }) orderBy: UnitTurnoutOrder | null,
  ): object {
    return turnoutByUnit(this.#shown, page, filter, orderBy ?? 'NAME_ASC')
  }

  @Field(() => Breakdown, { nullable: true, description: 'By one or two attributes, as the election\'s `breakdowns` offer. Without a contest: ballots alone. Choices of secret ballots are null until all ballot boxes are sealed and counted: the error at this path carries `extensions.reason`, AFTER_CLOSE; small groups are then told together. Corrections are in no group, as they say nothing of voters: see `corrections`.' })
  @TakesTurn()
  breakdown(
    @Arg('contestId', () => ID, { nullable: true }) contestId: string | null,
    @Arg('by', () => [String], { description: 'IDs of attributes, or `unit:` and a kind of reporting units, such as `unit:COUNTY`.' }) by: string[],
  ): Breakdown {
    return breakDown(this.#shown, this.#requireContest(contestId), by)
  }

  @Field(() => [TopUnit], { description: 'The reporting units of a kind with the most ballots or the highest turnout, at most 200; without a kind, of the places where ballots are cast. By turnout, units whose number of voters is not known are left out.' })
  @TakesTurn()
  topUnits(
    @Arg('by', () => RankingOrder) by: Order,
    @Arg('kind', () => ReportingUnitKind, { nullable: true }) kind: Kind | null,
    @Arg('first', () => Int, { nullable: true, description: '10 unless you say otherwise.' }) first: number | null,
  ): TopUnit[] {
    return topUnits(this.#shown, { by, kind, first })
  }

  @Field(() => [WindowResult], { description: 'Event time in windows, ascending, at most 1,000: those that touch `from` … `to`. Without a contest: ballots alone.' })
  @TakesTurn()
  timeline(
    @Arg('contestId', () => ID, { nullable: true }) contestId: string | null,
    @Arg('reportingUnitId', () => ID, { nullable: true, description: 'One of `Election.windowUnits`; without one, the whole election.' }) reportingUnitId: string | null,
    @Arg('window', () => WindowInput) window: WindowInput,
    @Arg('from', () => DateTime, { nullable: true }) from: Date | null,
    @Arg('to', () => DateTime, { nullable: true }) to: Date | null,
  ): WindowResult[] {
    const scope = { shape: this.#requireContest(contestId), unit: windowUnit(this.#shown.election, reportingUnitId) }
    return timelineOf(this.#shown, scope, readWindow(window), { from: from ?? null, to: to ?? null })
  }

  @Field(() => [HourResult], { description: 'Ballots and turnout by hour of the place of the election, ascending, at most 1,000 hours.' })
  @TakesTurn()
  byHour(
    @Arg('reportingUnitId', () => ID, { nullable: true, description: 'One of `Election.windowUnits`; without one, the whole election.' }) reportingUnitId: string | null,
    @Arg('from', () => DateTime, { nullable: true }) from: Date | null,
    @Arg('to', () => DateTime, { nullable: true }) to: Date | null,
  ): HourResult[] {
    return hoursOf(this.#shown, windowUnit(this.#shown.election, reportingUnitId), { from: from ?? null, to: to ?? null })
  }

  @Field(() => [BoxPosition], { description: 'Exactly which ballots are in this revision.' })
  get boxes(): BoxPosition[] { return this.#shown.facts.vector.map((entry) => new BoxPosition(entry)) }

  @Field(() => CellFrontierConnection.type, { description: 'Exactly which secret ballots\' choices are in this revision, by box and place. Empty where ballots are open: then choices are those of `boxes`.' })
  @TakesTurn()
  frontier(@Args(() => PageArgs) page: PageArgs): object { return frontierOf(this.#shown, page) }

  @Field(() => [CorrectionLine], { description: `What clerks have corrected in these counts, the newest first. 50 unless asked, at most ${MOST_SHOWN}.` })
  async corrections(@Arg('first', () => Int, { nullable: true }) first: number | null, @Ctx() { services }: RequestContext): Promise<CorrectionLine[]> {
    const { limit } = pageRequest({ first })
    const found = await services.corrections.contained(this.#shown.election, this.#shown.facts.vector)
    return found.slice(0, limit).map((entry) => new CorrectionLine(this.#shown.election, entry))
  }

  #findContest(id: string): ContestShape | undefined {
    const { key, structure } = this.#shown.election
    const parsed = parseId(id)
    return parsed?.kind === 'contest' && parsed.key === key ? structure.contests.get(parsed.contest) : undefined
  }

  #requireContest(id: string | null | undefined): ContestShape | undefined {
    if (id === null || id === undefined) return undefined
    const shape = this.#findContest(id)
    if (shape === undefined) throw badInput('`contestId` names no contest of this election.')
    return shape
  }
}
