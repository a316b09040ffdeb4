import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('party')
export class PartyEntity {
  @PrimaryColumn({ type: 'int' }) election!: number
  @PrimaryColumn({ type: 'text' }) id!: string
  @Column({ type: 'int' }) position!: number
  @Column({ type: 'text' }) name!: string
  @Column({ type: 'text' }) abbreviation!: string
  @Column({ type: 'text' }) color!: string
}
