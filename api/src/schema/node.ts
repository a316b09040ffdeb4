import { Field, ID, InterfaceType } from 'type-graphql'

/** Relay's Node: everything with an ID that stays the same, to be read again by `node(id)`. */
@InterfaceType({ description: 'Something with an ID that stays the same.' })
export abstract class Node {
  @Field(() => ID)
  readonly id!: string
}
