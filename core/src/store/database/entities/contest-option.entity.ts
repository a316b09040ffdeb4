import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('contest_option')
export class ContestOptionEntity {
  @PrimaryColumn({ type: 'int' }) election!: number
  @PrimaryColumn({ type: 'text' }) contest!: string
  @PrimaryColumn({ type: 'text' }) id!: string
  @Column({ type: 'int' }) position!: number
  @Column({ type: 'text' }) name!: string
  @Column({ type: 'text', nullable: true }) party!: string | null
  @Column({ type: 'text', name: 'photo_url', nullable: true }) photoUrl!: string | null
  @Column({ type: 'text', nullable: true }) biography!: string | null
  @Column({ type: 'text', name: 'campaign_platform', nullable: true }) campaignPlatform!: string | null
  @Column({ type: 'boolean', name: 'is_write_in' }) isWriteIn!: boolean
}
