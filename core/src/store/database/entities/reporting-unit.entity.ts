import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { ReportingUnitKind } from '../../../election/index.js'

@Entity('reporting_unit')
export class ReportingUnitEntity {
  @PrimaryColumn({ type: 'int' }) election!: number
  @PrimaryColumn({ type: 'text' }) id!: string
  @Column({ type: 'int' }) position!: number
  @Column({ type: 'text' }) name!: string
  @Column({ type: 'text' }) kind!: ReportingUnitKind
  @Column({ type: 'text', nullable: true }) parent!: string | null
  @Column({ type: 'text', array: true, name: 'composed_of', nullable: true }) composedOf!: string[] | null
  @Column({ type: 'int', name: 'eligible_voters', nullable: true }) eligibleVoters!: number | null
  @Column({ type: 'int', name: 'registered_voters' }) registeredVoters!: number
  @Column({ type: 'boolean', name: 'is_place' }) isPlace!: boolean
  @Column({ type: 'smallint', nullable: true }) box!: number | null
}
