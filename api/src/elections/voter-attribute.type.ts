import { attributeId, OTHER_GROUPS, UNIT_GROUP, UNKNOWN_VALUE, type Election, type ElectionDefinition, type ReportingUnitKind } from '@livetally/core/election'
import { Field, ID, ObjectType } from 'type-graphql'
import { Node } from '../schema/node.js'

type AttributeDefinition = ElectionDefinition['attributes'][number]

@ObjectType({ description: 'A group of voters by one attribute.' })
export class AttributeValue {
  @Field(() => ID, { description: 'Unique within its attribute. `_unknown` stands for voters of whom the attribute is not known, `_other` for groups whose choices are told together, as each is too small for secret ballots.' })
  readonly id: string

  @Field(() => String)
  readonly name: string

  constructor({ id, name }: { id: string, name: string }) {
    this.id = id
    this.name = name
  }
}

/** The group of voters of whom an attribute is not known. */
export const unknownValue = new AttributeValue({ id: UNKNOWN_VALUE, name: 'Not known' })

/** Small groups of voters whose choices are told together. */
export const otherGroups = new AttributeValue({ id: OTHER_GROUPS, name: 'Small groups together' })

@ObjectType({ implements: Node, description: 'Something known of voters by which ballots are counted, such as an age group; in breakdowns also where they voted, by the reporting units of a kind. Never a single voter.' })
export class VoterAttribute implements Node {
  constructor(private readonly election: Election, readonly definition: AttributeDefinition) {}

  get id(): string { return attributeId(this.election.key, this.definition.id) }

  @Field(() => String)
  get name(): string { return this.definition.name }

  @Field(() => [AttributeValue])
  get values(): AttributeValue[] { return this.definition.values.map((value) => new AttributeValue(value)) }
}

@ObjectType({ description: 'A breakdown that can be asked of results.' })
export class BreakdownDefinition {
  @Field(() => [VoterAttribute])
  readonly by: VoterAttribute[]

  constructor(by: VoterAttribute[]) {
    this.by = by
  }
}

/** What ballots can be counted by: attributes, and kinds of reporting units as `unit:COUNTY`. In the order of the ids; ids that the election does not know are left out. */
export function attributesOf(election: Election, ids: readonly string[]): VoterAttribute[] {
  return ids.flatMap((id) => {
    const definition = id.startsWith(UNIT_GROUP) ? unitsAsAttribute(election, id) : election.structure.definition.attributes.find((attribute) => attribute.id === id)
    return definition === undefined ? [] : [new VoterAttribute(election, definition)]
  })
}

/** The units of a kind as values of an attribute, in the order of the definition. */
function unitsAsAttribute({ structure }: Election, id: string): AttributeDefinition | undefined {
  const units = structure.definition.reportingUnits.filter(({ kind }) => `${UNIT_GROUP}${kind}` === id)
  const [first] = units
  return first && { id, name: KIND_NAMES[first.kind], values: units.map(({ id: unit, name }) => ({ id: unit, name })) }
}

const KIND_NAMES: Record<ReportingUnitKind, string> = {
  STATE: 'State', COUNTY: 'County', CITY: 'City', WARD: 'Ward', PRECINCT: 'Precinct', POLLING_PLACE: 'Polling place',
  CONGRESSIONAL_DISTRICT: 'Congressional district', STATE_SENATE_DISTRICT: 'State senate district', STATE_HOUSE_DISTRICT: 'State house district',
  DISTRICT: 'District', OTHER: 'Unit',
}
