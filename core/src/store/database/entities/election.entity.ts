import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { BallotSecrecy, ElectionPhase, ReportingUnitKind, ResultsVisibility, TimeSource } from '../../../election/index.js'

@Entity('election')
export class ElectionEntity {
  @PrimaryColumn({ type: 'int', generated: 'identity' }) key!: number
  @Column({ type: 'text' }) slug!: string
  @Column({ type: 'text' }) name!: string
  @Column({ type: 'text', nullable: true }) description!: string | null
  @Column({ type: 'text', name: 'time_zone' }) timeZone!: string
  @Column({ type: 'timestamptz', name: 'opens_at' }) opensAt!: Date
  @Column({ type: 'timestamptz', name: 'closes_at' }) closesAt!: Date
  @Column({ type: 'timestamptz', name: 'cast_from', nullable: true }) castFrom!: Date | null
  @Column({ type: 'text', name: 'results_visibility' }) resultsVisibility!: ResultsVisibility
  @Column({ type: 'text', name: 'ballot_secrecy' }) ballotSecrecy!: BallotSecrecy
  @Column({ type: 'int', name: 'release_size' }) releaseSize!: number
  @Column({ type: 'text', name: 'release_units', nullable: true }) releaseUnits!: ReportingUnitKind | null
  @Column({ type: 'boolean', name: 'choices_by_channel' }) choicesByChannel!: boolean
  @Column({ type: 'text', name: 'time_source' }) timeSource!: TimeSource
  @Column({ type: 'int', name: 'granularity_ms' }) granularityMs!: number
  @Column({ type: 'int', name: 'disorder_ms' }) disorderMs!: number
  @Column({ type: 'int', name: 'grace_ms' }) graceMs!: number
  @Column({ type: 'int', nullable: true }) boxes!: number | null
  @Column({ type: 'jsonb' }) breakdowns!: string[][]
  @Column({ type: 'boolean', name: 'first_level_windows', nullable: true }) firstLevelWindows!: boolean | null
  @Column({ type: 'text' }) phase!: ElectionPhase
  @Column({ type: 'int', name: 'phase_version' }) phaseVersion!: number
  @Column({ type: 'int', name: 'definition_version' }) definitionVersion!: number
  /** Made by the database. */
  @Column({ type: 'uuid', name: 'definition_id', insert: false, update: false }) definitionId!: string
  @Column({ type: 'bytea', name: 'key_fingerprint' }) keyFingerprint!: Buffer
}
