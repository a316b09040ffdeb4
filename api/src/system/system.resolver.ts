import { Ctx, Field, Float, Int, ObjectType, Query, Resolver } from 'type-graphql'
import type { ElectionPositions } from '@livetally/core/store'
import { Allowed } from '../auth/policy.js'
import { Election } from '../elections/election.type.js'
import { seesResults } from '../results/show-results.js'
import { Count } from '../schema/scalars.js'
import { ComponentState } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'

@ObjectType({ description: 'How far the counting of one election is.' })
export class ElectionStatus {
  @Field(() => Election)
  election!: Election

  @Field(() => Count, { description: 'In the ledger.' })
  ballotsAccepted!: number

  @Field(() => Count, { description: 'In the tallies.' })
  ballotsTabulated!: number

  @Field(() => Count, { description: 'In the newest published revision.' })
  ballotsPublished!: number

  @Field(() => Count)
  tabulatorLag!: number

  @Field(() => Count)
  publisherLag!: number

  @Field(() => Int)
  revision!: number

  @Field(() => Float, { nullable: true, description: 'Null before the first revision.' })
  revisionAgeSeconds!: number | null
}

@ObjectType({ description: 'Whether the parts answer, and how far counting is behind the ledger.' })
export class SystemStatus {
  @Field(() => ComponentState)
  postgres!: ComponentState

  @Field(() => ComponentState, { description: 'NOT_USED where events travel in memory, within one process.' })
  kafka!: ComponentState

  @Field(() => [ElectionStatus])
  elections!: ElectionStatus[]
}

@Resolver()
export class SystemResolver {
  @Allowed('EVERYBODY')
  @Query(() => SystemStatus)
  async systemStatus(@Ctx() { identity, services }: RequestContext): Promise<SystemStatus> {
    const { postgres, kafka, positions } = await services.system.read()
    const elections = await Promise.all(positions.map(async (position) => {
      const known = await services.directory.find(identity, position.election)
      // How many have voted is a result, too: what hides results hides it.
      return known === undefined || !seesResults(identity, known.election) ? [] : [statusOf(new Election(known.election), position)]
    }))
    return Object.assign(new SystemStatus(), { postgres, kafka, elections: elections.flat() })
  }
}

function statusOf(election: Election, { accepted, tabulated, published, ballots, revision, publishedAt }: ElectionPositions): ElectionStatus {
  return Object.assign(new ElectionStatus(), {
    election,
    ballotsAccepted: ballots.accepted,
    ballotsTabulated: ballots.tabulated,
    ballotsPublished: ballots.published,
    tabulatorLag: Math.max(0, accepted - tabulated),
    publisherLag: Math.max(0, tabulated - published),
    revision,
    revisionAgeSeconds: publishedAt === null ? null : Math.max(0, (Date.now() - publishedAt) / 1_000),
  })
}
