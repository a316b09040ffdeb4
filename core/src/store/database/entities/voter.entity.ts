import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { AttributeValues, VoteChannel } from '../../../election/index.js'

@Entity('voter')
export class VoterEntity {
  @PrimaryColumn({ type: 'int' }) election!: number
  @PrimaryColumn({ type: 'text', name: 'voter_id' }) voterId!: string
  @Column({ type: 'bytea', name: 'voter_ref' }) voterRef!: Buffer
  @Column({ type: 'bytea', name: 'code_hash' }) codeHash!: Buffer
  @Column({ type: 'text' }) unit!: string
  @Column({ type: 'text', nullable: true }) channel!: VoteChannel | null
  @Column({ type: 'jsonb' }) attributes!: AttributeValues
  @Column({ type: 'bigint' }) number!: string
  @Column({ type: 'text', nullable: true }) name!: string | null
  @Column({ type: 'text', nullable: true }) address!: string | null
}
