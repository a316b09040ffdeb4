import { partyId, type Election, type ElectionDefinition } from '@livetally/core/election'
import { Field, ObjectType } from 'type-graphql'
import { Node } from '../schema/node.js'

type PartyDefinition = ElectionDefinition['parties'][number]

@ObjectType({ implements: Node, description: 'A party, alliance or list that options stand for.' })
export class Party implements Node {
  constructor(private readonly election: Election, private readonly definition: PartyDefinition) {}

  get id(): string { return partyId(this.election.key, this.definition.id) }

  @Field(() => String)
  get name(): string { return this.definition.name }

  @Field(() => String)
  get abbreviation(): string { return this.definition.abbreviation }

  @Field(() => String, { description: 'As #rrggbb.' })
  get color(): string { return this.definition.color }
}

/** The party that a definition names; undefined if it names none. */
export function partyOf(election: Election, id: string | undefined): Party | undefined {
  const definition = id === undefined ? undefined : election.structure.definition.parties.find((party) => party.id === id)
  return definition && new Party(election, definition)
}
