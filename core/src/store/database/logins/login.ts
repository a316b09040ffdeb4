/** What a process may do in the database: each kind of process has a login of its own with the least rights it needs. */
export type DatabaseRole = 'api' | 'worker' | 'ingest' | 'auditor'

export const DATABASE_ROLES: readonly DatabaseRole[] = ['api', 'worker', 'ingest', 'auditor']

/** The password of each login. Logins belong to the server: all databases on it know the same. */
export type Passwords = Readonly<Record<DatabaseRole, string>>

/** The user that processes of a kind connect as. Its rights are those of `TABLE_RIGHTS` and `FUNCTION_RIGHTS`. */
export const loginOf = (role: DatabaseRole): string => `livetally_${role}`

/** The same database, for whoever comes as this login. */
export function loginUrl(databaseUrl: string, role: DatabaseRole, password: string): string {
  return Object.assign(new URL(databaseUrl), { username: loginOf(role), password: encodeURIComponent(password) }).href
}

/** Server and database of an address, for people to read. */
export function withoutPassword(databaseUrl: string): string {
  try {
    const { host, pathname } = new URL(databaseUrl)
    return `${host}${pathname}`
  } catch {
    return 'DATABASE_URL (which is not a URL)'
  }
}
