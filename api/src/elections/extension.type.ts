import type { Extension as Made } from '@livetally/core/store'
import { Field, ObjectType } from 'type-graphql'
import { DateTime } from '../schema/scalars.js'

@ObjectType({ description: 'Voting was made to last longer than it was announced.' })
export class Extension {
  constructor(private readonly made: Made) {}

  @Field(() => DateTime)
  get at(): Date { return this.made.at }

  @Field(() => DateTime, { description: 'The closing time until then.' })
  get from(): Date { return this.made.from }

  @Field(() => DateTime, { description: 'The closing time since then.' })
  get to(): Date { return this.made.to }

  @Field(() => String)
  get reason(): string { return this.made.reason }

  @Field(() => String, { description: 'Who made it, as the token says.' })
  get by(): string { return this.made.by }
}
