import type { EntityManager } from 'typeorm'
import type { ElectionDefinition } from '../../election/index.js'
import { ContestEntity, ContestOptionEntity, ElectionEntity, PartyEntity, ReportingUnitEntity, VoterAttributeEntity } from '../database/entities/index.js'

type Contest = ElectionDefinition['contests'][number]

const ROWS_PER_INSERT = 1_000

/** Writes a definition as rows of a new election in phase DRAFT and returns its key. */
export async function insertDefinition(manager: EntityManager, definition: ElectionDefinition, keyFingerprint: Buffer): Promise<number> {
  const inserted = await manager.insert(ElectionEntity, { ...electionColumns(definition), phase: 'DRAFT', phaseVersion: 1, definitionVersion: 1, keyFingerprint })
  const election = Number(inserted.identifiers[0]?.['key'])
  await manager.insert(PartyEntity, partyRows(election, definition))
  const units = unitRows(election, definition)
  for (let at = 0; at < units.length; at += ROWS_PER_INSERT) await manager.insert(ReportingUnitEntity, units.slice(at, at + ROWS_PER_INSERT))
  await manager.insert(VoterAttributeEntity, attributeRows(election, definition))
  await manager.insert(ContestEntity, contestRows(election, definition))
  for (const contest of definition.contests) await manager.insert(ContestOptionEntity, optionRows(election, contest))
  return election
}

type Unversioned = Omit<ElectionEntity, 'key' | 'phase' | 'phaseVersion' | 'definitionVersion' | 'definitionId' | 'keyFingerprint'>

/** What the election's own row says of its definition. */
export function electionColumns(definition: ElectionDefinition): Unversioned {
  return {
    slug: definition.slug,
    name: definition.name,
    description: definition.description ?? null,
    timeZone: definition.timeZone,
    opensAt: new Date(definition.opensAt),
    closesAt: new Date(definition.closesAt),
    castFrom: definition.castFrom === undefined ? null : new Date(definition.castFrom),
    resultsVisibility: definition.resultsVisibility,
    ballotSecrecy: definition.ballotSecrecy,
    releaseSize: definition.releaseSize,
    releaseUnits: definition.releaseUnits ?? null,
    choicesByChannel: definition.choicesByChannel,
    timeSource: definition.time.source,
    granularityMs: definition.time.granularityMs,
    disorderMs: definition.time.disorderMs,
    graceMs: definition.time.graceMs,
    boxes: definition.boxes ?? null,
    breakdowns: definition.breakdowns,
    firstLevelWindows: definition.time.firstLevelWindows ?? null,
  }
}

export function partyRows(election: number, { parties }: ElectionDefinition): PartyEntity[] {
  return parties.map(({ id, name, abbreviation, color }, position) => ({ election, position, id, name, abbreviation, color }))
}

/** Without what publication and the roll add to a unit. */
export function unitRows(election: number, { reportingUnits }: ElectionDefinition): Omit<ReportingUnitEntity, 'registeredVoters' | 'box'>[] {
  return reportingUnits.map(({ id, name, kind, isPlace, parent = null, composedOf = null, eligibleVoters = null }, position) =>
    ({ election, position, id, name, kind, isPlace, parent, composedOf, eligibleVoters }))
}

export function attributeRows(election: number, { attributes }: ElectionDefinition): VoterAttributeEntity[] {
  return attributes.map(({ id, name, values }, position) => ({ election, position, id, name, values: values.map((value) => ({ id: value.id, name: value.name })) }))
}

export function contestRows(election: number, { contests }: ElectionDefinition): ContestEntity[] {
  return contests.map(({ id, title, variation, votesAllowed, numberElected, reportingUnit }, position) => ({ election, position, id, title, variation, votesAllowed, numberElected, reportingUnit }))
}

export function optionRows(election: number, contest: Contest): ContestOptionEntity[] {
  return contest.options.map(({ id, name, isWriteIn, party = null, photoUrl = null, biography = null, campaignPlatform = null }, position) =>
    ({ election, contest: contest.id, position, id, name, isWriteIn, party, photoUrl, biography, campaignPlatform }))
}
