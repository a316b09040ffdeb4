import { Arg, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import { Election } from '../elections/election.type.js'
import { DateTime } from '../schema/scalars.js'
import { ReceiptState } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'

@ObjectType({ description: 'Where one ballot is; never what it says.' })
export class ReceiptStatus {
  @Field(() => String)
  tracker!: string

  @Field(() => Election)
  election!: Election

  @Field(() => ReceiptState, { description: 'PUBLISHED: in published results; of a secret ballot this says that it is counted in turnout.' })
  state!: ReceiptState

  @Field(() => DateTime, { description: 'Of a secret ballot: to the minute.' })
  castAt!: Date

  @Field(() => Int, { description: 'The ballot box it lies in.' })
  box!: number

  @Field(() => Boolean, { description: 'Whether its choices are in published results: those of secret ballots follow together with others.' })
  choicesReleased!: boolean

  @Field(() => Int, { nullable: true, description: 'The first revision that is kept and holds its choices.' })
  revision!: number | null

  @Field(() => DateTime, { nullable: true, description: 'When that revision was published.' })
  publishedAt!: Date | null
}

@Resolver()
export class ReceiptsResolver {
  @Allowed('EVERYBODY')
  @Query(() => ReceiptStatus, { nullable: true, description: 'What became of one ballot. Null: there is none with this tracker.' })
  async receipt(@Arg('tracker', () => String) tracker: string, @Ctx() { services }: RequestContext): Promise<ReceiptStatus | null> {
    const place = await services.receipts.find(tracker)
    if (place === undefined) return null
    return Object.assign(new ReceiptStatus(), {
      ...place, tracker: tracker.trim().toLowerCase(), election: new Election(place.election), castAt: new Date(place.castAt),
    })
  }
}
