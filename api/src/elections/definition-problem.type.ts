import { Field, ObjectType } from 'type-graphql'

@ObjectType({ description: 'One thing that is wrong with a document, or that whoever drafts it should know.' })
export class DefinitionProblem {
  @Field(() => String, { description: 'The place, such as `contests[2].options[0].party`.' })
  path!: string

  @Field(() => String)
  message!: string
}

@ObjectType()
export class InvalidElectionDefinition {
  @Field(() => String)
  message!: string

  @Field(() => [DefinitionProblem], { description: 'Everything that is wrong with it.' })
  problems!: DefinitionProblem[]
}

export function invalidDefinition(problems: DefinitionProblem[]): InvalidElectionDefinition {
  const message = problems.length === 1 ? 'There is a problem with this definition.' : `There are ${problems.length} problems with this definition.`
  return Object.assign(new InvalidElectionDefinition(), { message, problems })
}
