import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { VoteVariation } from '../../../election/index.js'

@Entity('contest')
export class ContestEntity {
  @PrimaryColumn({ type: 'int' }) election!: number
  @PrimaryColumn({ type: 'text' }) id!: string
  @Column({ type: 'int' }) position!: number
  @Column({ type: 'text' }) title!: string
  @Column({ type: 'text' }) variation!: VoteVariation
  @Column({ type: 'int', name: 'votes_allowed' }) votesAllowed!: number
  @Column({ type: 'int', name: 'number_elected' }) numberElected!: number
  @Column({ type: 'text', name: 'reporting_unit' }) reportingUnit!: string
}
