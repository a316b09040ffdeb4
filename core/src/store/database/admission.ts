import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { DatabaseRole } from './logins/login.js'
import { DatabaseUnreachableError, LoginRefusedError, sessionOf } from './session.js'
import { EARLIER, findMissing, findUnknown } from './schema-state.js'

export interface Admission {
  databaseUrl: string
  role: DatabaseRole
  /** Of those who recognise voters: what stands for their master key, 32 bytes, and where a person finds that key. */
  key?: { fingerprint: Buffer, origin: string } | undefined
}

/**
 * Why this process must not work on the database, as a sentence for a person; undefined if nothing speaks against it: its
 * login is open, its tables are those of this release, no older and no newer ones, and its voters' references were made with
 * our master key: the first key that comes is noted as the installation's. Throws `DatabaseUnreachableError`.
 */
export async function findObstacle(admission: Admission): Promise<string | undefined> {
  const session = await sessionOf(admission.databaseUrl, admission.role).catch((error: unknown) => {
    if (error instanceof LoginRefusedError) return error
    throw error
  })
  return session instanceof LoginRefusedError ? session.message : findObstacleWithin(admission, session)
}

async function findObstacleWithin({ databaseUrl, key }: Admission, options: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'livetally-check', options, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { MIGRATIONS } = await import('./migrations/index.js')
    const known = MIGRATIONS.map(({ name }) => name)
    const done = await readDone(client)
    if (done === undefined) return EARLIER
    return findUnknown(done, known) ?? findMissing(done, known) ?? (key && await findOtherKey(client, key))
  } catch (error) {
    throw new DatabaseUnreachableError(`The database could not be asked for its version: ${error instanceof Error ? error.message : String(error)}.`, { cause: error })
  } finally {
    await client.end().catch(() => undefined)
  }
}

export interface Wait {
  /** Hears each sentence once, until it is another one. */
  onObstacle: (sentence: string) => void
  everyMs?: number
  signal?: AbortSignal
}

const EVERY_MS = 3_000

/**
 * Resolves when nothing speaks against working on the database; asks again and again until then, for somebody may be migrating
 * it. Throws `DatabaseUnreachableError` if it cannot even be asked the first time.
 */
export async function awaitAdmission(admission: Admission, { onObstacle, everyMs = EVERY_MS, signal }: Wait): Promise<void> {
  let said: string | undefined
  let obstacle = await findObstacle(admission)
  while (obstacle !== undefined) {
    if (obstacle !== said) onObstacle(obstacle)
    said = obstacle
    await pause(everyMs, undefined, { signal })
    obstacle = await findObstacle(admission).catch((error: unknown) => error instanceof DatabaseUnreachableError ? error.message : Promise.reject(error as Error))
  }
}

const NO_SUCH_TABLE = '42P01'
const NOT_ALLOWED = '42501'

/** Undefined: of a time when nobody but the owner could read it. */
async function readDone(client: pg.Client): Promise<string[] | undefined> {
  try {
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migration ORDER BY id')
    return rows.map(({ name }) => name)
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === NO_SUCH_TABLE) return []
    if (error instanceof pg.DatabaseError && error.code === NOT_ALLOWED) return undefined
    throw error
  }
}

async function findOtherKey(client: pg.Client, { fingerprint, origin }: NonNullable<Admission['key']>): Promise<string | undefined> {
  const { rows: [row] } = await client.query<{ noted: Buffer }>('SELECT claim_installation($1) AS noted', [fingerprint])
  if (row?.noted.equals(fingerprint) === true) return undefined
  return `This database was set up with another master key than the one in ${origin}: voters who have voted would not be recognised, nor their voting codes. Put the key of that installation there, from its backup.`
}
