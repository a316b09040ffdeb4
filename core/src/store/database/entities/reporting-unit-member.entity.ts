import { Entity, PrimaryColumn } from 'typeorm'

/** The set of leaves that a unit sums, fixed when the definition is published. */
@Entity('reporting_unit_member')
export class ReportingUnitMemberEntity {
  @PrimaryColumn({ type: 'int' }) election!: number
  @PrimaryColumn({ type: 'text' }) unit!: string
  @PrimaryColumn({ type: 'text' }) leaf!: string
}
