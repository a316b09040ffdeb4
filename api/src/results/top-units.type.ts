import { rankUnits, type RankedUnit, type RankingOrder, type ReportingUnitKind } from '@livetally/core/election'
import { Field, Int, ObjectType } from 'type-graphql'
import { ReportingUnit } from '../elections/reporting-unit.type.js'
import type { ShownRevision } from '../live/shown-revision.js'
import { MOST_PER_PAGE } from '../schema/page.js'
import { Count } from '../schema/scalars.js'
import { badInput } from '../server/errors.js'
import { Share } from './share.type.js'

@ObjectType({ description: 'A reporting unit with its place in a ranking.' })
export class TopUnit {
  @Field(() => Int, { description: '1 for the first; equal units share a rank.' })
  readonly rank: number

  @Field(() => ReportingUnit)
  readonly reportingUnit: ReportingUnit

  @Field(() => Count)
  readonly ballots: number

  @Field(() => Count, { nullable: true })
  readonly eligibleVoters: number | null

  @Field(() => Share, { nullable: true, description: 'Null where the number of voters is not known.' })
  readonly turnout: Share | null

  constructor({ election }: ShownRevision, { rank, unit, ballots, eligible }: RankedUnit) {
    this.rank = rank
    this.reportingUnit = new ReportingUnit(election, unit)
    this.ballots = ballots
    this.eligibleVoters = eligible ?? null
    this.turnout = eligible === undefined ? null : new Share(ballots, eligible, 'ELIGIBLE_VOTERS')
  }
}

const FIRST = 10

export function topUnits(shown: ShownRevision, { by, kind, first }: { by: RankingOrder, kind: ReportingUnitKind | null, first: number | null }): TopUnit[] {
  const wanted = first ?? FIRST
  if (wanted < 1 || wanted > MOST_PER_PAGE) throw badInput(`\`first\` is 1 to ${MOST_PER_PAGE} units.`)
  return rankUnits(shown.election.structure, shown.at, { by, kind: kind ?? undefined, first: wanted }).map((ranked) => new TopUnit(shown, ranked))
}
