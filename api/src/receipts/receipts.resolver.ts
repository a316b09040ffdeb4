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

  @Field(() => ReceiptState)
  state!: ReceiptState

  @Field(() => DateTime)
  castAt!: Date

  @Field(() => Int, { description: 'The ballot box it lies in.' })
  box!: number

  @Field(() => Int, { nullable: true, description: 'The first revision that is kept and holds it.' })
  revision!: number | null

  @Field(() => DateTime, { nullable: true })
  publishedAt!: Date | null
}

@Resolver()
export class ReceiptsResolver {
  @Allowed('EVERYBODY')
  @Query(() => ReceiptStatus, { nullable: true, description: 'What became of one ballot. Null: there is none with this tracker.' })
  async receipt(@Arg('tracker', () => String) tracker: string, @Ctx() { services }: RequestContext): Promise<ReceiptStatus | null> {
    const place = await services.receipts.find(tracker)
    const known = place && await services.elections.get(place.election)
    if (place === undefined || known === undefined) return null
    return Object.assign(new ReceiptStatus(), {
      ...place, tracker: tracker.trim().toLowerCase(), election: new Election(known.election), castAt: new Date(place.castAt),
    })
  }
}
