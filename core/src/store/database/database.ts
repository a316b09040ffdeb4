import pg from 'pg'
import type { DataSource } from 'typeorm'
import { guardAgainstSilence } from './silence.js'

/** What a process may do in the database: each role is a Postgres role of its own with the least rights it needs. */
export type DatabaseRole = 'api' | 'worker' | 'ingest' | 'auditor'

export interface Database extends AsyncDisposable {
  readonly databaseUrl: string
  /** The `options` every connection of this process is opened with: role and timeouts. */
  readonly sessionOptions: string
  readonly pool: pg.Pool
  /** TypeORM on this database, loaded and connected when it is first asked for: it takes memory that those who only count do not need. */
  orm(): Promise<DataSource>
}

/** The database cannot be used; the message is a sentence for a person. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError'
}

const MINIMUM_VERSION = 170_000

/** The server ends every transaction of ours after 5 s and says so; who hears nothing for longer is not connected any more. */
const SILENCE_LIMIT_MS = 7_000

/**
 * Opens the database as one role. `transaction_timeout` (Postgres 17) is what frees the locks of a frozen process,
 * so older servers are refused.
 */
export async function openDatabase(options: { databaseUrl: string, role: DatabaseRole, applicationName: string, maxConnections?: number, silenceLimitMs?: number }): Promise<Database> {
  const { databaseUrl, role, applicationName, maxConnections = 8, silenceLimitMs = SILENCE_LIMIT_MS } = options
  const sessionOptions = await sessionOf(databaseUrl, role)
  const connection = { connectionString: databaseUrl, application_name: applicationName, options: sessionOptions, connectionTimeoutMillis: 5_000, keepAlive: true }
  const pool = new pg.Pool({ ...connection, max: maxConnections, idleTimeoutMillis: 60_000 })
  // A connection that dies while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  // The same for one that dies in somebody's hands (killed, cut, past transaction_timeout): the query rejects, and that is enough.
  pool.on('connect', (client) => { client.on('error', () => undefined) })
  // The auditor's statements have no limit at the server either.
  const guard = (one: pg.Pool): void => { if (role !== 'auditor') guardAgainstSilence(one, silenceLimitMs) }
  guard(pool)
  let opened: Promise<DataSource> | undefined
  const orm = (): Promise<DataSource> => {
    opened ??= import('./orm.js').then(({ openOrm }) => openOrm({ databaseUrl, applicationName, sessionOptions, guard })).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  return {
    databaseUrl,
    sessionOptions,
    pool,
    orm,
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([pool.end(), opened?.then((dataSource) => dataSource.destroy())])
    },
  }
}

/** Says why this server must not accept votes, or undefined if what it commits survives a power cut. */
export async function checkDurability({ pool }: Database): Promise<string | undefined> {
  const { rows } = await pool.query<{ name: string, setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting IN ('off')`)
  if (rows.length === 0) return undefined
  return `Postgres runs with ${rows.map(({ name }) => `${name} = off`).join(', ')}: a power cut could lose accepted votes. Switch it on, or set ALLOW_VOLATILE_LEDGER=true if that is acceptable.`
}

/** Asked before anything is written: a server that is too old would be filled halfway. Throws `DatabaseUnreachableError`. */
export async function checkVersion(databaseUrl: string): Promise<void> {
  await sessionOf(databaseUrl, 'auditor')
}

/** The `options` of a connection in a role, where the user may take it. Throws `DatabaseUnreachableError`, also where the server is too old. */
export async function sessionOf(databaseUrl: string, role: DatabaseRole): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'livetally-check', connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string, version_name: string, may_act: boolean | null }>(
      `SELECT current_setting('server_version_num') AS version, current_setting('server_version') AS version_name, (SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1) AS may_act`, [`livetally_${role}`])
    const found = rows[0]
    if (Number(found?.version) < MINIMUM_VERSION) throw new DatabaseUnreachableError(`LiveTally needs Postgres 17 or newer; the one at ${withoutPassword(databaseUrl)} is ${found?.version_name ?? 'unknown'}. It relies on transaction_timeout to free the locks of a frozen process.`)
    const timeouts = role === 'auditor' ? '' : ' -c transaction_timeout=5s -c statement_timeout=60s -c lock_timeout=4s -c idle_in_transaction_session_timeout=5s'
    return `${found?.may_act === true ? `-c role=livetally_${role}` : ''}${timeouts}`.trim()
  } catch (error) {
    if (error instanceof DatabaseUnreachableError) throw error
    throw new DatabaseUnreachableError(`Postgres at ${withoutPassword(databaseUrl)} cannot be reached: ${error instanceof Error && error.message !== '' ? error.message : String(error)}. Check DATABASE_URL and that the server is running.`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

function withoutPassword(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl)
    url.password = ''
    return `${url.host}${url.pathname}`
  } catch {
    return 'DATABASE_URL (which is not a URL)'
  }
}
