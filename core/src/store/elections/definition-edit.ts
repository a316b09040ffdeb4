import { In, type EntityManager, type EntityTarget, type ObjectLiteral } from 'typeorm'
import { findFixedEdits, type DefinitionProblem, type ElectionDefinition } from '../../election/index.js'
import { attributeRows, contestRows, electionColumns, optionRows, partyRows, unitRows } from './definition-rows.js'
import { readDefinition, type ReadRows } from './stored-definition.js'
import { ContestEntity, ContestOptionEntity, ElectionEntity, PartyEntity, ReportingUnitEntity, VoterAttributeEntity, VoterEntity } from '../database/entities/index.js'

export type DefinitionEdit =
  | { ok: true, definitionVersion: number }
  /** Somebody else has edited it since the version that was expected. */
  | { ok: false, reason: 'CHANGED_MEANWHILE', definitionVersion: number }
  | { ok: false, reason: 'CERTIFIED' }
  /** Parts that cannot be edited in this phase. */
  | { ok: false, reason: 'FIXED', problems: DefinitionProblem[] }
  | { ok: false, reason: 'NO_SUCH_ELECTION' }

const ROWS_PER_STATEMENT = 1_000

/** Reads within the transaction of `manager`. */
export function readBy(manager: EntityManager): ReadRows {
  return (text, values) => manager.query(text, [...values])
}

/**
 * Writes an edited definition and raises its version, in the transaction of `manager`. Only rows that differ are written. An
 * edit that changes nothing leaves the version as it is. Ballots go on being cast meanwhile: the lock leaves foreign keys alone.
 */
export async function editDefinition(manager: EntityManager, key: number, expectedVersion: number, after: ElectionDefinition): Promise<DefinitionEdit> {
  const row = await manager.findOne(ElectionEntity, { where: { key }, lock: { mode: 'for_no_key_update' } })
  if (row === null) return { ok: false, reason: 'NO_SUCH_ELECTION' }
  if (row.definitionVersion !== expectedVersion) return { ok: false, reason: 'CHANGED_MEANWHILE', definitionVersion: row.definitionVersion }
  if (row.phase === 'CERTIFIED') return { ok: false, reason: 'CERTIFIED' }
  const before = await readDefinition(readBy(manager), row)
  const hasVoters = await manager.existsBy(VoterEntity, { election: key })
  const problems = findFixedEdits(before, after, { phase: row.phase, hasVoters })
  if (problems.length > 0) return { ok: false, reason: 'FIXED', problems }
  const changed = await writeParts(manager, key, before, after)
  if (!changed && !differ(electionColumns(before), electionColumns(after))) return { ok: true, definitionVersion: expectedVersion }
  const definitionVersion = expectedVersion + 1
  await manager.update(ElectionEntity, { key }, { ...electionColumns(after), definitionVersion })
  return { ok: true, definitionVersion }
}

/** Parents before children; what has gone goes the other way round. */
async function writeParts(manager: EntityManager, key: number, before: ElectionDefinition, after: ElectionDefinition): Promise<boolean> {
  const parts = [
    part(PartyEntity, ['id'], partyRows(key, before), partyRows(key, after)),
    part(ReportingUnitEntity, ['id'], unitRows(key, before), unitRows(key, after)),
    part(VoterAttributeEntity, ['id'], attributeRows(key, before), attributeRows(key, after)),
    part(ContestEntity, ['id'], contestRows(key, before), contestRows(key, after)),
    part(ContestOptionEntity, ['contest', 'id'], before.contests.flatMap((contest) => optionRows(key, contest)), after.contests.flatMap((contest) => optionRows(key, contest))),
  ]
  for (const { write } of parts) await write(manager)
  for (const { remove } of parts.toReversed()) await remove(manager)
  return parts.some(({ isChanged }) => isChanged)
}

interface PartEdit { isChanged: boolean, write(manager: EntityManager): Promise<void>, remove(manager: EntityManager): Promise<void> }

function part<Row extends ObjectLiteral>(entity: EntityTarget<ObjectLiteral>, ids: readonly (string & keyof Row)[], before: readonly Row[], after: readonly Row[]): PartEdit {
  const idOf = (row: Row): string => ids.map((id) => String(row[id])).join('/')
  const known = new Map(before.map((row) => [idOf(row), row]))
  const kept = new Set(after.map(idOf))
  const written = after.filter((row) => differ(known.get(idOf(row)), row))
  const gone = before.filter((row) => !kept.has(idOf(row)))
  return {
    isChanged: written.length > 0 || gone.length > 0,
    async write(manager) {
      for (let at = 0; at < written.length; at += ROWS_PER_STATEMENT) await manager.upsert(entity, written.slice(at, at + ROWS_PER_STATEMENT), ['election', ...ids])
    },
    async remove(manager) {
      for (const rows of groups(gone, ids)) await manager.delete(entity, { election: rows[0]?.['election'], ...(ids.length > 1 ? { contest: rows[0]?.['contest'] } : {}), id: In(rows.map((row) => row['id'])) })
    },
  }
}

/** Rows that one statement can name: options of one contest, or any rows with an id of their own. */
function groups<Row extends ObjectLiteral>(rows: readonly Row[], ids: readonly string[]): Row[][] {
  const byOwner = new Map<string, Row[]>()
  for (const row of rows) {
    const owner = ids.length > 1 ? String(row['contest']) : ''
    byOwner.set(owner, [...byOwner.get(owner) ?? [], row])
  }
  return [...byOwner.values()]
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}
