import type { Election, ElectionDefinition } from '../../election/index.js'
import { compileStructure } from '../../election/index.js'
import type { ContestEntity, ContestOptionEntity, ElectionEntity, PartyEntity, ReportingUnitEntity, VoterAttributeEntity } from '../database/entities/index.js'

type Contest = ElectionDefinition['contests'][number]
type Unit = ElectionDefinition['reportingUnits'][number]

/** Whoever answers a statement with rows: a pool, or a transaction that is under way. */
export type ReadRows = <Row>(text: string, values: readonly unknown[]) => Promise<Row[]>

/** An election with its definition and its boxes, as they are stored. Undefined if there is none. */
export async function readElection(read: ReadRows, by: { key: number } | { slug: string }): Promise<Election | undefined> {
  const [row] = 'key' in by ? await read<ElectionEntity>(`${ELECTION} WHERE key = $1`, [by.key]) : await read<ElectionEntity>(`${ELECTION} WHERE slug = $1`, [by.slug])
  if (row === undefined) return undefined
  const { key, slug, phase, phaseVersion, definitionVersion, definitionId, opensAt, closesAt } = row
  return { key, slug, phase, phaseVersion, definitionVersion, definitionId, opensAt, closesAt, structure: compileStructure(await readDefinition(read, row), await readBoxes(read, key)) }
}

/** Reads the rows of an election back into the document they came from. */
export async function readDefinition(read: ReadRows, row: ElectionEntity): Promise<ElectionDefinition> {
  const of = [row.key]
  const parties = await read<PartyEntity>(PARTIES, of)
  const units = await read<ReportingUnitEntity>(UNITS, of)
  const attributes = await read<VoterAttributeEntity>(ATTRIBUTES, of)
  const contests = await read<ContestEntity>(CONTESTS, of)
  const options = await read<ContestOptionEntity>(OPTIONS, of)
  return {
    slug: row.slug,
    name: row.name,
    ...present('description', row.description),
    timeZone: row.timeZone,
    opensAt: row.opensAt.toISOString(),
    closesAt: row.closesAt.toISOString(),
    ...present('castFrom', row.castFrom?.toISOString() ?? null),
    resultsVisibility: row.resultsVisibility,
    ballotSecrecy: row.ballotSecrecy,
    releaseSize: row.releaseSize,
    ...present('releaseUnits', row.releaseUnits),
    choicesByChannel: row.choicesByChannel,
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
export async function readBoxes(read: ReadRows, election: number): Promise<Map<string, number> | undefined> {
  const units = await read<{ id: string, box: number }>('SELECT id, box FROM reporting_unit WHERE election = $1 AND box IS NOT NULL', [election])
  return units.length === 0 ? undefined : new Map(units.map(({ id, box }) => [id, box]))
}

const ELECTION = `
  SELECT key, slug, name, description, time_zone AS "timeZone", opens_at AS "opensAt", closes_at AS "closesAt", cast_from AS "castFrom", results_visibility AS "resultsVisibility",
    ballot_secrecy AS "ballotSecrecy", release_size AS "releaseSize", release_units AS "releaseUnits", choices_by_channel AS "choicesByChannel",
    time_source AS "timeSource", granularity_ms AS "granularityMs", disorder_ms AS "disorderMs", grace_ms AS "graceMs", boxes, breakdowns,
    first_level_windows AS "firstLevelWindows", phase, phase_version AS "phaseVersion", definition_version AS "definitionVersion", definition_id AS "definitionId", key_fingerprint AS "keyFingerprint"
  FROM election`

const PARTIES = 'SELECT id, name, abbreviation, color FROM party WHERE election = $1 ORDER BY position'

const UNITS = `
  SELECT id, name, kind, is_place AS "isPlace", parent, composed_of AS "composedOf", eligible_voters AS "eligibleVoters"
  FROM reporting_unit WHERE election = $1 ORDER BY position`

const ATTRIBUTES = 'SELECT id, name, values FROM voter_attribute WHERE election = $1 ORDER BY position'

const CONTESTS = `
  SELECT id, title, variation, votes_allowed AS "votesAllowed", number_elected AS "numberElected", reporting_unit AS "reportingUnit"
  FROM contest WHERE election = $1 ORDER BY position`

const OPTIONS = `
  SELECT contest, id, name, is_write_in AS "isWriteIn", party, photo_url AS "photoUrl", biography, campaign_platform AS "campaignPlatform"
  FROM contest_option WHERE election = $1 ORDER BY position`

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
