import { unitId, type Election, type ReportingUnitKind as Kind, type Unit } from '@livetally/core/election'
import { Ctx, Field, ID, InputType, ObjectType } from 'type-graphql'
import { Node } from '../schema/node.js'
import { connectionOf } from '../schema/page.js'
import type { Ref } from '../schema/ref.js'
import { Count } from '../schema/scalars.js'
import { ReportingUnitKind } from '../schema/vocabulary.js'
import type { RequestContext } from '../server/context.js'
import { containersOf } from './unit-tree.js'

@ObjectType({ implements: Node, description: 'A place or district for which ballots are counted. Units may be composed of others, and districts overlap.' })
export class ReportingUnit implements Node {
  constructor(private readonly election: Election, readonly unit: Unit) {}

  get id(): string { return unitId(this.election.key, this.unit.id) }

  @Field(() => String)
  get name(): string { return this.unit.definition.name }

  @Field(() => ReportingUnitKind)
  get kind(): Kind { return this.unit.definition.kind }

  @Field(() => Boolean, { description: 'False for units that count but are nowhere, such as federal-only ballots.' })
  get isPlace(): boolean { return this.unit.definition.isPlace }

  @Field(() => Boolean, { description: 'True where ballots are cast.' })
  get isLeaf(): boolean { return this.unit.isLeaf }

  @Field(() => ReportingUnit, { nullable: true, description: 'The next unit up in the administrative tree.' })
  get parent(): Ref<ReportingUnit> | null {
    return reportingUnitOf(this.election, this.unit.definition.parent) ?? null
  }

  @Field(() => [ReportingUnit], { description: 'Every unit that holds this one.' })
  get containedIn(): ReportingUnit[] {
    return containersOf(this.election.structure, this.unit).map((unit) => new ReportingUnit(this.election, unit))
  }

  @Field(() => Count, { nullable: true, description: 'Registered voters as the definition and the roll say now; null where neither does.' })
  async eligibleVoters(@Ctx() { services }: RequestContext): Promise<number | null> {
    const eligible = await services.roll.eligibleVoters(this.election.key)
    const known = this.unit.leaves.flatMap((leaf) => eligible.get(leaf) ?? [])
    return known.length === 0 ? null : known.reduce((sum, voters) => sum + voters, 0)
  }
}

/** The unit that an id of the definition names; undefined if there is none. */
export function reportingUnitOf(election: Election, id: string | undefined): ReportingUnit | undefined {
  const unit = id === undefined ? undefined : election.structure.units.get(id)
  return unit && new ReportingUnit(election, unit)
}

@InputType()
export class ReportingUnitFilter {
  @Field(() => String, { nullable: true, description: 'Words that must all occur in the name or the id.' })
  search?: string | null

  @Field(() => [ReportingUnitKind], { nullable: true })
  kinds?: Kind[] | null

  @Field(() => ID, { nullable: true, description: 'Only units that this one holds, directly or through others.' })
  parentId?: string | null

  @Field(() => Boolean, { nullable: true })
  leavesOnly?: boolean | null
}

export const ReportingUnitConnection = connectionOf('ReportingUnit', () => ReportingUnit)
