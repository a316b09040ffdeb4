import pg from 'pg'
import type { DataSource } from 'typeorm'
import type { DatabaseRole } from './logins/login.js'
import { sessionOf } from './session.js'
import { guardAgainstSilence } from './silence.js'

export interface Database extends AsyncDisposable {
  readonly databaseUrl: string
  /** The `options` every connection of this process is opened with: timeouts, and its role where it comes by a login of another name. */
  readonly sessionOptions: string
  readonly pool: pg.Pool
  /** TypeORM on this database, loaded and connected when it is first asked for: it takes memory that those who only count do not need. */
  orm(): Promise<DataSource>
}

/** The server ends every transaction of ours after 5 s and says so; who hears nothing for longer is not connected any more. */
const SILENCE_LIMIT_MS = 7_000

/**
 * Opens the database for one kind of process, by the login that `databaseUrl` names. `transaction_timeout` (Postgres 17) is what frees the locks of a frozen process,
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
