import type { Election, ElectionDefinition, ElectionPhase, ElectionState } from '../../election/index.js'
import type { Database } from '../database/database.js'
import type { DefinitionEdit } from './definition-edit.js'
import { readElection, type ReadRows } from './stored-definition.js'
import { createIdleBoxes } from '../ledger/idle-boxes.js'
import { extendElection, readExtensions, type Extension, type ExtensionOutcome, type WantedExtension } from './extensions.js'
import { listElections, type ElectionPage, type ElectionPageRequest } from './election-list.js'
import { PHASE_CHANGES, changeStoredPhase, refusalOf, type PhaseChange } from './phase-change.js'
import { createSchedule } from './schedule.js'
import type { OnStuck } from './side-by-side.js'

export type { PhaseChange } from './phase-change.js'

export type PhaseChangeOutcome =
  | { ok: true, phase: ElectionPhase, phaseVersion: number }
  | { ok: false, phase: ElectionPhase, message: string }

/** What another process may have changed. */
export type ElectionVersion = Pick<Election, 'key' | 'slug'> & ElectionState

export interface ElectionStore {
  create(definition: ElectionDefinition, keyFingerprint: Buffer): Promise<{ ok: true, key: number } | { ok: false, reason: 'SLUG_TAKEN' }>
  load(key: number): Promise<Election | undefined>
  loadBySlug(slug: string): Promise<Election | undefined>
  /** Writes an edited definition over the one with the expected version, as far as the election's phase allows. */
  edit(key: number, expectedVersion: number, definition: ElectionDefinition): Promise<DefinitionEdit>
  keyFingerprint(key: number): Promise<Buffer | undefined>
  versions(): Promise<ElectionVersion[]>
  /** Elections that topic `elections` has not been told of as they are now. */
  notAnnounced(limit: number): Promise<number[]>
  noteAnnounced(election: Pick<Election, 'key' | 'phaseVersion' | 'definitionVersion'>): Promise<void>
  list(request: ElectionPageRequest): Promise<ElectionPage>
  /** Idempotent: an election that already is where the change leads is left as it is. Certifying is refused while entries of the ledger are in no revision. Throws if there is no such election. */
  changePhase(key: number, change: PhaseChange): Promise<PhaseChangeOutcome>
  /** Moves the closing time of an open or paused election to a later one. Throws if there is no such election. */
  extend(key: number, wanted: WantedExtension): Promise<ExtensionOutcome>
  /** The newest first, at most 200. */
  extensions(key: number): Promise<Extension[]>
  /** Closes what should have closed and opens what should have opened, by the database's clock, each on its own. Returns the keys that changed. */
  runSchedule(onStuck?: OnStuck): Promise<number[]>
  /** Counting rule "Windows", imported time: says the time to boxes that took no ballot for so long while others went on. Returns how many ticks were appended. */
  tickIdleBoxes(idleMs: number, onStuck?: OnStuck): Promise<number>
  /** Registered voters per leaf: the definition's number, or the roll's where that is greater. */
  eligibleVoters(key: number): Promise<Map<string, number>>
}

const UNIQUE_VIOLATION = '23505'

/** Elections: definitions are written by TypeORM and read by plain statements, phase changes are the ledger's own function. */
export function createElectionStore(database: Database): ElectionStore {
  const { pool } = database
  const schedule = createSchedule(pool)
  const idleBoxes = createIdleBoxes(pool)
  const read: ReadRows = async <Row>(text: string, values: readonly unknown[]) => (await pool.query<Row & object>(text, [...values])).rows
  /** Loaded when something is to be written: most processes only read, and need no memory for TypeORM. */
  const writer = async () => (await import('./definition-writer.js')).createDefinitionWriter(await database.orm())

  const changePhase: ElectionStore['changePhase'] = async (key, change) => {
    const { to } = PHASE_CHANGES[change]
    const row = change === 'publish' ? await (await writer()).publish(key) : await changeStoredPhase(read, key, change)
    if (row === undefined) throw new Error(`There is no election ${key}.`)
    if (row.changed || row.phase === to) return { ok: true, phase: row.phase, phaseVersion: row.phaseVersion }
    return { ok: false, phase: row.phase, message: refusalOf(change, row) }
  }

  return {
    async create(definition, keyFingerprint) {
      try {
        return { ok: true, key: await (await writer()).create(definition, keyFingerprint) }
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION && 'constraint' in error && error.constraint === 'election_slug_key') return { ok: false, reason: 'SLUG_TAKEN' }
        throw error
      }
    },
    edit: async (key, expectedVersion, definition) => (await writer()).edit(key, expectedVersion, definition),
    load: (key) => readElection(read, { key }),
    loadBySlug: (slug) => readElection(read, { slug }),
    keyFingerprint: async (key) => (await read<{ fingerprint: Buffer }>('SELECT key_fingerprint AS fingerprint FROM election WHERE key = $1', [key]))[0]?.fingerprint,
    versions: () => read<ElectionVersion>(VERSIONS, []),
    async notAnnounced(limit) {
      const { rows } = await pool.query<{ key: number }>(NOT_ANNOUNCED, [limit])
      return rows.map(({ key }) => key)
    },
    async noteAnnounced({ key, phaseVersion, definitionVersion }) {
      await pool.query(NOTE_ANNOUNCED, [key, phaseVersion, definitionVersion])
    },
    list: (request) => listElections(pool, request),
    changePhase,
    extend: (key, wanted) => extendElection(pool, key, wanted),
    extensions: (key) => readExtensions(pool, key),
    runSchedule: (onStuck) => schedule.run(onStuck),
    tickIdleBoxes: (idleMs, onStuck) => idleBoxes.tick(idleMs, onStuck),
    async eligibleVoters(key) {
      const { rows } = await pool.query<{ id: string, eligible: number }>(ELIGIBLE, [key])
      return new Map(rows.map(({ id, eligible }) => [id, eligible]))
    },
  }
}

const VERSIONS = 'SELECT key, slug, phase, phase_version AS "phaseVersion", definition_id AS "definitionId" FROM election ORDER BY key'

const NOT_ANNOUNCED = `
  SELECT key FROM election WHERE announced_phase_version < phase_version OR announced_definition_version < definition_version ORDER BY key LIMIT $1`

const NOTE_ANNOUNCED = `
  UPDATE election SET announced_phase_version = greatest(announced_phase_version, $2), announced_definition_version = greatest(announced_definition_version, $3)
  WHERE key = $1`

const ELIGIBLE = `
  SELECT id, greatest(eligible_voters, registered_voters) AS eligible FROM reporting_unit
  WHERE election = $1 AND box IS NOT NULL AND (eligible_voters IS NOT NULL OR registered_voters > 0)`
