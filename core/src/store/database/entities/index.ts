import { ContestOptionEntity } from './contest-option.entity.js'
import { ContestEntity } from './contest.entity.js'
import { ElectionEntity } from './election.entity.js'
import { PartyEntity } from './party.entity.js'
import { ReportingUnitMemberEntity } from './reporting-unit-member.entity.js'
import { ReportingUnitEntity } from './reporting-unit.entity.js'
import { VoterAttributeEntity } from './voter-attribute.entity.js'
import { VoterEntity } from './voter.entity.js'

export { ContestEntity, ContestOptionEntity, ElectionEntity, PartyEntity, ReportingUnitEntity, ReportingUnitMemberEntity, VoterAttributeEntity, VoterEntity }

/** One table a file. The ledger and the counts are not here: they are written by hand-made statements alone. */
export const ENTITIES = [
  ElectionEntity, PartyEntity, ReportingUnitEntity, ReportingUnitMemberEntity, ContestEntity, ContestOptionEntity, VoterAttributeEntity, VoterEntity,
]
