import { Arg, Ctx, Field, FieldResolver, InputType, Int, Resolver, Root } from 'type-graphql'
import { Election } from '../elections/election.type.js'
import { DateTime } from '../schema/scalars.js'
import type { RequestContext } from '../server/context.js'
import { ElectionResults } from './election-results.type.js'
import { showResults } from './show-results.js'

@InputType({ description: 'Which published results: by number, or those that were the newest at a time. They say what they said then: choices that were held back, or results that were hidden from everybody, are so still.' })
export class AsOfInput {
  @Field(() => Int, { nullable: true })
  revision?: number | null

  @Field(() => DateTime, { nullable: true })
  time?: Date | null
}

@Resolver(() => Election)
export class ResultsResolver {
  @FieldResolver(() => ElectionResults, {
    nullable: true,
    description: 'Null while results may not be shown: the error at this path carries `extensions.reason`, RESULTS_AFTER_CLOSE or RESULTS_NOT_RELEASED.',
  })
  async results(@Root() election: Election, @Arg('asOf', () => AsOfInput, { nullable: true }) asOf: AsOfInput | null, @Ctx() context: RequestContext): Promise<ElectionResults> {
    return new ElectionResults(await showResults(context, election.model, asOf), 0)
  }
}
