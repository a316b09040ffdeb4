import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('voter_attribute')
export class VoterAttributeEntity {
  @PrimaryColumn({ type: 'int' }) election!: number
  @PrimaryColumn({ type: 'text' }) id!: string
  @Column({ type: 'int' }) position!: number
  @Column({ type: 'text' }) name!: string
  @Column({ type: 'jsonb' }) values!: { id: string, name: string }[]
}
