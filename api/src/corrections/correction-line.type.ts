import { CORRECTION_TYPES, type CorrectionEntry, type CorrectionType as Type, type CountChange as Change, type Election, type VoteChannel as Channel } from '@livetally/core/election'
import { Field, Int, ObjectType } from 'type-graphql'
import { Contest, ContestOption, optionsOf } from '../elections/contest.type.js'
import { ReportingUnit, reportingUnitOf } from '../elections/reporting-unit.type.js'
import type { Ref } from '../schema/ref.js'
import { Count, DateTime } from '../schema/scalars.js'
import { enumOf, VoteChannel } from '../schema/vocabulary.js'

export const CorrectionType = enumOf('CorrectionType', 'Why a reported count changes (NIST SP 1500-100).', CORRECTION_TYPES)
export const CorrectedCount = enumOf('CorrectedCount', 'Which count is corrected. BALLOTS without a contest: the ballots of the polling place.', ['BALLOTS', 'UNDERVOTES', 'OVERVOTES', 'VOTES'])
export type CorrectedCount = keyof typeof CorrectedCount

@ObjectType({ description: 'One count of a polling place and channel that was corrected.' })
export class CountChange {
  @Field(() => CorrectedCount)
  readonly count: CorrectedCount

  @Field(() => Contest, { nullable: true, description: 'Null: the ballots of the polling place.' })
  readonly contest: Ref<Contest> | null

  @Field(() => ContestOption, { nullable: true, description: 'Whose votes; null for other counts.' })
  readonly option: Ref<ContestOption> | null

  @Field(() => Count)
  readonly old: number

  @Field(() => Count)
  readonly new: number

  constructor(election: Election, change: Change) {
    const shape = change.contest === undefined ? undefined : election.structure.contests.get(change.contest)
    const place = shape === undefined || change.count !== 'VOTES' ? undefined : shape.optionIndex.get(change.option)
    this.count = change.count
    this.contest = shape === undefined ? null : new Contest(election, shape)
    this.option = shape === undefined || place === undefined ? null : optionsOf(election, shape)[place] ?? null
    this.old = change.old
    this.new = change.new
  }
}

@ObjectType({ description: 'A correction of published counts, as a line of its own: what was changed, by whom and why.' })
export class CorrectionLine {
  readonly #election: Election
  readonly #entry: CorrectionEntry

  constructor(election: Election, entry: CorrectionEntry) {
    this.#election = election
    this.#entry = entry
  }

  @Field(() => Int, { description: 'Its number among the corrections of the election, from 0.' })
  get seq(): number { return this.#entry.seq }

  @Field(() => CorrectionType)
  get type(): Type { return this.#entry.correction.type }

  @Field(() => ReportingUnit, { description: 'The polling place.' })
  get reportingUnit(): Ref<ReportingUnit> {
    const unit = reportingUnitOf(this.#election, this.#entry.correction.unit)
    if (unit === undefined) throw new Error(`A correction names the unit ${this.#entry.correction.unit}, which its election does not have.`)
    return unit
  }

  @Field(() => VoteChannel)
  get channel(): Channel { return this.#entry.correction.channel }

  @Field(() => [CountChange])
  get changes(): CountChange[] { return this.#entry.correction.changes.map((change) => new CountChange(this.#election, change)) }

  @Field(() => String)
  get reason(): string { return this.#entry.correction.reason }

  @Field(() => String, { description: 'Who made it, as the token says.' })
  get by(): string { return this.#entry.correction.by }

  @Field(() => DateTime)
  get at(): Date { return new Date(this.#entry.castAt) }
}
