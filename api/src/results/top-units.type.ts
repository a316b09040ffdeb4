import { rankUnits, type RankedUnit, type RankingOrder, type ReportingUnitKind } from '@livetally/core/election'
import { Field, Int, ObjectType } from 'type-graphql'
import type { ShownRevision } from '../live/shown-revision.js'
import { MOST_PER_PAGE } from '../schema/page.js'
import { badInput } from '../server/errors.js'
import { UnitBallots } from './unit-ballots.type.js'

@ObjectType({ description: 'A reporting unit with its place in a ranking.' })
export class TopUnit extends UnitBallots {
  @Field(() => Int, { description: '1 for the first; equal units share a rank.' })
  readonly rank: number

  constructor({ election }: ShownRevision, ranked: RankedUnit) {
    super(election, ranked)
    this.rank = ranked.rank
  }
}

const FIRST = 10

export function topUnits(shown: ShownRevision, { by, kind, first }: { by: RankingOrder, kind: ReportingUnitKind | null, first: number | null }): TopUnit[] {
  const wanted = first ?? FIRST
  if (wanted < 0 || wanted > MOST_PER_PAGE) throw badInput(`\`first\` is 0 to ${MOST_PER_PAGE} units.`)
  return rankUnits(shown.election.structure, shown.at, { by, kind: kind ?? undefined, first: wanted }).map((ranked) => new TopUnit(shown, ranked))
}
