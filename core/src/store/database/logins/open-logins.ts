import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { DATABASE_ROLES, loginOf, loginUrl, type DatabaseRole, type Passwords } from './login.js'
import { PASSWORD } from './password-file.js'
import { scramVerifier } from './scram-verifier.js'

/** Whoever may ask the server as the one who migrates. */
export interface Owner { query<Row>(text: string, values?: unknown[]): Promise<Row[]> }

export interface OpenLogins {
  databaseUrl: string
  passwords: Passwords
  /** Passwords that others have set are replaced; default: they are kept, and told. */
  replace?: boolean | undefined
}

/** Of two that change one login at once the server refuses the later one. */
const CONCURRENTLY_CHANGED = 'XX000'
const NOT_ALLOWED = '42501'
const TRIES = 20

/**
 * Lets the logins in by these passwords. Safe to run again, and from several databases of a server at once. Returns a
 * sentence for a person where it cannot be: the server has other passwords, or the owner may not set them.
 */
export async function openLogins(owner: Owner, { databaseUrl, passwords, replace = false }: OpenLogins): Promise<string | undefined> {
  for (const role of DATABASE_ROLES) {
    if (!PASSWORD.test(passwords[role])) return `The password of ${loginOf(role)} must have 16 to 200 printable signs of ASCII and no spaces.`
    const obstacle = await openLogin(owner, databaseUrl, role, passwords[role], replace)
    if (obstacle !== undefined) return obstacle
  }
  return undefined
}

async function openLogin(owner: Owner, databaseUrl: string, role: DatabaseRole, password: string, replace: boolean): Promise<string | undefined> {
  const login = loginOf(role)
  for (let tries = 0; ; tries += 1) {
    // Asked first: whoever opens it beside us does so with its password, in one statement.
    const [row] = await owner.query<{ open: boolean }>('SELECT rolcanlogin AS open FROM pg_roles WHERE rolname = $1', [login])
    if (await isLetIn(loginUrl(databaseUrl, role, password))) return undefined
    if (row?.open === true && !replace) return `${login} of this server has another password than the one given: another installation set it, or the folder of passwords is a new one. Put the passwords of that installation there, or set new ones for everybody: npm run migrate -- --new-passwords.`
    try {
      await owner.query(`ALTER ROLE ${login} LOGIN PASSWORD '${scramVerifier(password)}'`)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === NOT_ALLOWED) return `The user of DATABASE_URL may not set the password of ${login}. Let an administrator of the server do it (ALTER ROLE ${login} LOGIN PASSWORD '…', as in the folder of passwords), then run npm run migrate again.`
      if (code !== CONCURRENTLY_CHANGED || tries >= TRIES) throw error
    }
    if (tries > 0) await pause(tries * 10)
    // A server that trusts everybody lets in with any password; one that asks says now whether ours is right.
    if (tries >= TRIES) return `${login} is not let in, though its password was set: check pg_hba.conf of the server.`
  }
}

/** False if the server refuses the login; other errors are thrown. */
async function isLetIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: 'livetally-check', connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** SQLSTATE class 28: no such login, not one that may log in, another password, or no line for it in pg_hba.conf. */
export function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code?.startsWith('28') === true
}
