import type { EntityManager } from 'typeorm'
import type { ElectionDefinition } from '../../election/index.js'
import { ContestEntity, ContestOptionEntity, ElectionEntity, PartyEntity, ReportingUnitEntity, VoterAttributeEntity } from '../database/entities/index.js'

type Contest = ElectionDefinition['contests'][number]
type Unit = ElectionDefinition['reportingUnits'][number]

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

type Unversioned = Omit<ElectionEntity, 'key' | 'phase' | 'phaseVersion' | 'definitionVersion' | 'keyFingerprint'>

/** What the election's own row says of its definition. */
export function electionColumns(definition: ElectionDefinition): Unversioned {
  return {
    slug: definition.slug,
    name: definition.name,
    description: definition.description ?? null,
    timeZone: definition.timeZone,
    opensAt: new Date(definition.opensAt),
    closesAt: new Date(definition.closesAt),
    resultsVisibility: definition.resultsVisibility,
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

/** Reads the rows of an election back into the document they came from. */
export async function definitionOf(manager: EntityManager, row: ElectionEntity): Promise<ElectionDefinition> {
  const where = { election: row.key }
  const order = { position: 'ASC' } as const
  const parties = await manager.find(PartyEntity, { where, order })
  const units = await manager.find(ReportingUnitEntity, { where, order })
  const attributes = await manager.find(VoterAttributeEntity, { where, order })
  const contests = await manager.find(ContestEntity, { where, order })
  const options = await manager.find(ContestOptionEntity, { where, order })
  return {
    slug: row.slug,
    name: row.name,
    ...present('description', row.description),
    timeZone: row.timeZone,
    opensAt: row.opensAt.toISOString(),
    closesAt: row.closesAt.toISOString(),
    resultsVisibility: row.resultsVisibility,
    time: { source: row.timeSource, granularityMs: row.granularityMs, disorderMs: row.disorderMs, graceMs: row.graceMs, ...present('firstLevelWindows', row.firstLevelWindows) },
    ...present('boxes', row.boxes),
    parties: parties.map(({ id, name, abbreviation, color }) => ({ id, name, abbreviation, color })),
    attributes: attributes.map(({ id, name, values }) => ({ id, name, values })),
    breakdowns: row.breakdowns,
    reportingUnits: units.map(unitOf),
    contests: contests.map((contest) => contestOf(contest, options.filter((option) => option.contest === contest.id))),
  }
}

/** The box of each leaf as publication stored it; undefined before. */
export async function storedBoxesOf(manager: EntityManager, election: number): Promise<Map<string, number> | undefined> {
  const units = await manager.find(ReportingUnitEntity, { where: { election }, select: { id: true, box: true } })
  const boxes = units.flatMap(({ id, box }): [string, number][] => box === null ? [] : [[id, box]])
  return boxes.length === 0 ? undefined : new Map(boxes)
}

function unitOf(row: ReportingUnitEntity): Unit {
  return {
    id: row.id, name: row.name, kind: row.kind, isPlace: row.isPlace,
    ...present('parent', row.parent), ...present('composedOf', row.composedOf), ...present('eligibleVoters', row.eligibleVoters),
  }
}

function contestOf(row: ContestEntity, options: readonly ContestOptionEntity[]): Contest {
  return {
    id: row.id, title: row.title, variation: row.variation, votesAllowed: row.votesAllowed, numberElected: row.numberElected, reportingUnit: row.reportingUnit,
    options: options.map((option) => ({
      id: option.id, name: option.name, isWriteIn: option.isWriteIn,
      ...present('party', option.party), ...present('photoUrl', option.photoUrl), ...present('biography', option.biography), ...present('campaignPlatform', option.campaignPlatform),
    })),
  }
}

/** A column that may be NULL becomes a key that may be missing. */
function present<Key extends string, Value>(key: Key, value: Value | null): { [key in Key]?: Value } {
  return value === null ? {} : { [key]: value } as { [key in Key]: Value }
}
