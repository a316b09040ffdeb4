import { Field, ObjectType } from 'type-graphql'

@ObjectType({ description: 'One thing that is wrong with a document.' })
export class DefinitionProblem {
  @Field(() => String, { description: 'The place, such as `contests[2].options[0].party`.' })
  path!: string

  @Field(() => String)
  message!: string
}
