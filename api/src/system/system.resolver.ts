import { Ctx, Field, Float, Int, ObjectType, Query, Resolver } from 'type-graphql'
import type { ElectionPositions } from '@livetally/core/store'
import { Allowed } from '../auth/policy.js'
import { Election } from '../elections/election.type.js'
import { placesOverEligible } from '../results/over-eligible.js'
import { seesResults, showResults } from '../results/show-results.js'
import { Count } from '../schema/scalars.js'
import { ComponentState } from '../schema/vocabulary.js'
import { TakesTurn } from '../server/cost/takes-turn.js'
import type { RequestContext } from '../server/context.js'

/** Elections whose results are looked into for a status: each has to be in memory for it. */
const MOST_LOOKED_INTO = 20

@ObjectType({ description: 'How far the counting of one election is.' })
export class ElectionStatus {
  @Field(() => Election)
  election!: Election

  @Field(() => Count, { description: 'Ballots in the ledger. Ticks and corrections are no ballots.' })
  ballotsAccepted!: number

  @Field(() => Count, { description: 'Ballots in the tallies.' })
  ballotsTabulated!: number

  @Field(() => Count, { description: 'Ballots in the newest published revision.' })
  ballotsPublished!: number

  @Field(() => Count, { description: 'Entries of the ledger (ballots, ticks, corrections) that are not in the tallies yet.' })
  tabulatorLag!: number

  @Field(() => Count, { description: 'Entries in the tallies (ballots, ticks, corrections) that are not in a published revision yet.' })
  publisherLag!: number

  @Field(() => Int)
  revision!: number

  @Field(() => Float, { nullable: true, description: 'Null before the first revision.' })
  revisionAgeSeconds!: number | null

  /** Whether it is among the newest of the answer. */
  isNew!: boolean

  @TakesTurn()
  @Field(() => Int, { nullable: true, description: `Places where ballots are cast that have more ballots than eligible voters (\`isOverEligible\`): there one of the two numbers is wrong. Told of the ${MOST_LOOKED_INTO} newest elections of the answer, else null.` })
  async placesOverEligible(@Ctx() context: RequestContext): Promise<number | null> {
    return this.isNew ? placesOverEligible(await showResults(context, this.election.model)) : null
  }
}

@ObjectType({ description: 'Whether the parts answer, and how far counting is behind the ledger.' })
export class SystemStatus {
  @Field(() => ComponentState)
  postgres!: ComponentState

  @Field(() => ComponentState, { description: 'NOT_USED where events travel in memory, within one process.' })
  kafka!: ComponentState

  @Field(() => [ElectionStatus], { description: 'Those whose results you may see now. Drafts, and elections whose results are hidden from you, are missing: how many have voted is a result, too.' })
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
    const shown = elections.flat()
    for (const status of shown.toSorted((one, other) => other.election.model.key - one.election.model.key).slice(0, MOST_LOOKED_INTO)) status.isNew = true
    return Object.assign(new SystemStatus(), { postgres, kafka, elections: shown })
  }
}

function statusOf(election: Election, { accepted, tabulated, published, ballots, revision, publishedAt }: ElectionPositions): ElectionStatus {
  return Object.assign(new ElectionStatus(), {
    election,
    isNew: false,
    ballotsAccepted: ballots.accepted,
    ballotsTabulated: ballots.tabulated,
    ballotsPublished: ballots.published,
    tabulatorLag: Math.max(0, accepted - tabulated),
    publisherLag: Math.max(0, tabulated - published),
    revision,
    revisionAgeSeconds: publishedAt === null ? null : Math.max(0, (Date.now() - publishedAt) / 1_000),
  })
}
