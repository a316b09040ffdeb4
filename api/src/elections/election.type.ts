import { electionId, parseId, type BallotSecrecy as Secrecy, type Election as Model, type ElectionPhase as Phase, type ReportingUnitKind as Kind, type ResultsVisibility as Visibility, type TimeSource as Source } from '@livetally/core/election'
import { Arg, Args, Ctx, Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { seesDraft } from '../auth/identity.js'
import { Node } from '../schema/node.js'
import { connectionOf, cursorScope, cutPage, PageArgs } from '../schema/page.js'
import type { Ref } from '../schema/ref.js'
import { DateTime, JSONObject } from '../schema/scalars.js'
import { BallotSecrecy, ElectionPhase, ReportingUnitKind, ReportingUnitOrder, ResultsVisibility, TimeSource } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'
import { TakesTurn } from '../server/cost/takes-turn.js'
import { forbidden } from '../server/errors.js'
import { windowUnitsOf } from '../timeline/timeline-scope.js'
import { Contest } from './contest.type.js'
import { Extension } from './extension.type.js'
import { Party } from './party.type.js'
import { ReportingUnit, ReportingUnitConnection, ReportingUnitFilter, reportingUnitOf } from './reporting-unit.type.js'
import { compareKeys, filterUnits } from './unit-list.js'
import { attributesOf, BreakdownDefinition, VoterAttribute } from './voter-attribute.type.js'

@ObjectType({ implements: Node })
export class Election implements Node {
  constructor(readonly model: Model) {}

  get id(): string { return electionId(this.model.key) }

  @Field(() => String, { description: 'A short name for addresses, unique in an installation.' })
  get slug(): string { return this.model.slug }

  @Field(() => String)
  get name(): string { return this.model.structure.definition.name }

  @Field(() => String, { nullable: true })
  get description(): string | null { return this.model.structure.definition.description ?? null }

  @Field(() => String, { description: 'IANA name of the time zone in which people read its times.' })
  get timeZone(): string { return this.model.structure.definition.timeZone }

  @Field(() => ElectionPhase)
  get phase(): Phase { return this.model.phase }

  @Field(() => DateTime)
  get opensAt(): Date { return this.model.opensAt }

  @Field(() => DateTime)
  get closesAt(): Date { return this.model.closesAt }

  @Field(() => DateTime, { nullable: true, description: 'From when on early ballots count, where that is before the opening; in elections with imported time only.' })
  get castFrom(): Date | null {
    const { castFrom } = this.model.structure.definition
    return castFrom === undefined ? null : new Date(castFrom)
  }

  @Field(() => [Extension], { description: 'How its closing time was made later while it was open, the newest first; at most 200.' })
  async extensions(@Ctx() { services }: RequestContext): Promise<Ref<Extension>[]> {
    return (await services.elections.extensions(this.model.key)).map((made) => new Extension(made))
  }

  @Field(() => TimeSource)
  get timeSource(): Source { return this.model.structure.definition.time.source }

  @Field(() => ResultsVisibility)
  get resultsVisibility(): Visibility { return this.model.structure.definition.resultsVisibility }

  @Field(() => BallotSecrecy, { description: 'Fixed when the election is published.' })
  get ballotSecrecy(): Secrecy { return this.model.structure.definition.ballotSecrecy }

  @Field(() => Int, { nullable: true, description: 'Fewest ballots whose choices are published together. Null where ballots are open.' })
  get releaseSize(): number | null { return this.model.structure.secrecy?.releaseSize ?? null }

  @Field(() => ReportingUnitKind, { nullable: true, description: 'The kind of units at which choices of secret ballots are live; those of smaller units come once all ballot boxes are sealed. Null: choices are live at every place where ballots are cast.' })
  get releaseUnits(): Kind | null { return this.model.structure.secrecy?.isByPlace === false ? this.model.structure.definition.releaseUnits ?? null : null }

  @Field(() => Boolean, { description: 'Whether choices are told by channel.' })
  get choicesByChannel(): boolean { return this.model.structure.secrecy?.byChannel ?? true }

  @Field(() => Int, { description: 'Raised by every edit.' })
  get definitionVersion(): number { return this.model.definitionVersion }

  @Field(() => JSONObject, { description: 'The whole definition document, for officials: edit it and hand it to `updateElection`.' })
  definition(@Ctx() { identity }: RequestContext): object {
    if (!seesDraft(identity, this.model.key)) throw forbidden('The definition as one document is for officials; its parts can be asked for by everybody.')
    return this.model.structure.definition
  }

  @Field(() => [Contest])
  get contests(): Ref<Contest>[] {
    return [...this.model.structure.contests.values()].map((shape) => new Contest(this.model, shape))
  }

  @Field(() => Contest, { nullable: true })
  contest(@Arg('id', () => ID) id: string): Ref<Contest> | null {
    const parsed = parseId(id)
    const shape = parsed?.kind === 'contest' && parsed.key === this.model.key ? this.model.structure.contests.get(parsed.contest) : undefined
    return shape === undefined ? null : new Contest(this.model, shape)
  }

  @Field(() => [Party])
  get parties(): Party[] { return this.model.structure.definition.parties.map((party) => new Party(this.model, party)) }

  @Field(() => [VoterAttribute])
  get attributes(): VoterAttribute[] { return this.model.structure.definition.attributes.map((attribute) => new VoterAttribute(this.model, attribute)) }

  @Field(() => [BreakdownDefinition], { description: 'What can be asked of `results.breakdown`.' })
  get breakdowns(): BreakdownDefinition[] {
    return this.model.structure.breakdowns.map((ids) => new BreakdownDefinition(attributesOf(this.model, ids)))
  }

  @Field(() => [ReportingUnit], { description: 'Units of which windows of event time are counted, beside those of the whole election: the first level below it.' })
  get windowUnits(): ReportingUnit[] {
    return windowUnitsOf(this.model).flatMap((id) => reportingUnitOf(this.model, id) ?? [])
  }

  @Field(() => ReportingUnitConnection.type)
  @TakesTurn()
  reportingUnits(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ReportingUnitFilter, { nullable: true }) filter: ReportingUnitFilter | null,
    @Arg('orderBy', () => ReportingUnitOrder, { nullable: true }) orderBy: ReportingUnitOrder | null,
  ): object {
    const { key, structure } = this.model
    const found = filterUnits(key, structure, structure.units.values(), filter)
    const cut = cutPage(found, page, (unit) => [unit.definition.name, unit.id], compareKeys(orderBy === 'NAME_DESC'), cursorScope('reportingUnits', key, orderBy ?? 'NAME_ASC', filter))
    return ReportingUnitConnection.of({ ...cut, items: cut.items.map((unit) => new ReportingUnit(this.model, unit)) })
  }
}

export const ElectionConnection = connectionOf('Election', () => Election)

@InputType()
export class ElectionFilter {
  @Field(() => String, { nullable: true, description: 'Part of the name or slug.' })
  search?: string | null

  @Field(() => [ElectionPhase], { nullable: true })
  phases?: Phase[] | null
}
