import pg from 'pg'
import { loginOf, withoutPassword, type DatabaseRole } from './logins/login.js'
import { isRefusal } from './logins/open-logins.js'

/** The database cannot be used; the message is a sentence for a person. */
export class DatabaseUnreachableError extends Error {
  override readonly name: string = 'DatabaseUnreachableError'
}

/** The server does not let this login in: not yet, where the migrations have still to open it. */
export class LoginRefusedError extends DatabaseUnreachableError {
  override readonly name = 'LoginRefusedError'
  constructor(databaseUrl: string, readonly reason: string) {
    super(`Postgres at ${withoutPassword(databaseUrl)} does not let this process in: ${reason}. Run "npm run migrate" with the owner's DATABASE_URL, which opens the logins, and give each process the password of its own (docs/operations.md, "Logins").`)
  }
}

const MINIMUM_VERSION = 170_000

interface Found { version: string, version_name: string, login: string, may_act: boolean, is_mighty: boolean, others: string[] }

/**
 * Who came, whether it is (or may become) the login of this kind, and what else it may become: a member of a role can take
 * it at any time. Owners of the database, and those who own something in it, can become more than their work needs.
 */
const WHO = `
  SELECT current_setting('server_version_num') AS version, current_setting('server_version') AS version_name, l.rolname AS login,
    EXISTS (SELECT FROM pg_roles r WHERE r.rolname = $1 AND pg_has_role(l.oid, r.oid, 'MEMBER')) AS may_act,
    l.rolsuper OR l.rolcreaterole OR l.rolcreatedb OR l.rolreplication OR l.rolbypassrls
      OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = l.oid AND c.relpersistence <> 't') OR EXISTS (SELECT FROM pg_proc p WHERE p.proowner = l.oid AND p.pronamespace = current_schema()::regnamespace) AS is_mighty,
    ARRAY (SELECT r.rolname::text FROM pg_roles r WHERE r.rolname NOT IN (l.rolname, $1) AND pg_has_role(l.oid, r.oid, 'MEMBER') ORDER BY 1 LIMIT 5) AS others
  FROM pg_roles l WHERE l.rolname = session_user`

/**
 * The `options` of a connection for a kind of process. Throws `DatabaseUnreachableError` where the address leads nowhere, the
 * server is too old, or whoever it names is not the login of this kind, or may do more.
 */
export async function sessionOf(databaseUrl: string, role: DatabaseRole): Promise<string> {
  const found = await ask<Found>(databaseUrl, WHO, [loginOf(role)])
  checkNumber(databaseUrl, found)
  const misfit = misfitOf(found, role)
  if (misfit !== undefined) throw new DatabaseUnreachableError(misfit)
  const timeouts = role === 'auditor' ? '' : ' -c transaction_timeout=5s -c statement_timeout=60s -c lock_timeout=4s -c idle_in_transaction_session_timeout=5s'
  return `${found.login === loginOf(role) ? '' : `-c role=${loginOf(role)}`}${timeouts}`.trim()
}

/** Asked before anything is written: a server that is too old would be filled halfway. Throws `DatabaseUnreachableError`. */
export async function checkVersion(databaseUrl: string): Promise<void> {
  const asked = ask<Pick<Found, 'version' | 'version_name'>>(databaseUrl, `SELECT current_setting('server_version_num') AS version, current_setting('server_version') AS version_name`, [])
  checkNumber(databaseUrl, await asked.catch((error: unknown) => {
    throw error instanceof LoginRefusedError ? new DatabaseUnreachableError(`Postgres at ${withoutPassword(databaseUrl)} does not let the user of DATABASE_URL in: ${error.reason}. Check its name and password.`) : error
  }))
}

function checkNumber(databaseUrl: string, { version, version_name: name }: Pick<Found, 'version' | 'version_name'>): void {
  if (Number(version) >= MINIMUM_VERSION) return
  throw new DatabaseUnreachableError(`LiveTally needs Postgres 17 or newer; the one at ${withoutPassword(databaseUrl)} is ${name}. It relies on transaction_timeout to free the locks of a frozen process.`)
}

/** Why this login must not do this work; undefined where it may. */
function misfitOf({ login, may_act: mayAct, is_mighty: isMighty, others }: Found, role: DatabaseRole): string | undefined {
  const instead = `Give it ${loginOf(role)} and its password (docs/operations.md, "Logins").`
  if (!mayAct && !isMighty) return `This process works as ${loginOf(role)}, and DATABASE_URL names ${login}, who may not do that work. ${instead}`
  if (!isMighty && others.length === 0) return undefined
  const may = isMighty ? 'an owner or administrator' : `a member of ${others.join(', ')}`
  return `This process works as ${loginOf(role)}, and DATABASE_URL names ${login}, ${may}: whoever takes the process over could do all of that, too. ${instead}`
}

async function ask<Row extends pg.QueryResultRow>(databaseUrl: string, text: string, values: unknown[]): Promise<Row> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'livetally-check', connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows: [row] } = await client.query<Row>(text, values)
    if (row === undefined) throw new Error('it does not know who asks')
    return row
  } catch (error) {
    const why = error instanceof Error && error.message !== '' ? error.message : String(error)
    if (isRefusal(error)) throw new LoginRefusedError(databaseUrl, why)
    throw new DatabaseUnreachableError(`Postgres at ${withoutPassword(databaseUrl)} cannot be reached: ${why}. Check DATABASE_URL and that the server is running.`)
  } finally {
    await client.end().catch(() => undefined)
  }
}
