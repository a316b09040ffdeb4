import { DATABASE_ROLES, type DatabaseRole, type Passwords } from '@livetally/core/store'
import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the password of one login lies. A folder for each, so that a container can be given one and not the others. */
export const passwordFile = (folder: string, login: string): string => join(folder, login, 'password')

/** The passwords of all logins in a folder; those that are missing are made, mode 0600. `isNew` if any was. */
export async function keepPasswords(folder: string): Promise<{ passwords: Passwords, isNew: boolean }> {
  const kept = await Promise.all(DATABASE_ROLES.map(async (role) => [role, await keepPassword(folder, role)] as const))
  const passwords = Object.fromEntries(kept.map(([role, { password }]) => [role, password])) as Record<DatabaseRole, string>
  return { passwords, isNew: kept.some(([, { isNew }]) => isNew) }
}

/** One password: what is there, else `given`, else a new one of 24 random bytes. */
export async function keepPassword(folder: string, login: string, given?: string): Promise<{ password: string, isNew: boolean }> {
  const file = passwordFile(folder, login)
  const known = await readPassword(file)
  if (known !== undefined) return { password: known, isNew: false }
  await mkdir(join(folder, login), { recursive: true, mode: 0o700 })
  const password = given ?? randomBytes(24).toString('base64url')
  const fresh = `${file}.${randomUUID()}`
  try {
    await writeFile(fresh, `${password}\n`, { mode: 0o600, flush: true })
    // Of two that start at the same moment, one keeps what the other made.
    await link(fresh, file)
    return { password, isNew: true }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return { password: await readPassword(file) ?? '', isNew: false }
  } finally {
    await rm(fresh, { force: true })
  }
}

/** Undefined where there is none. */
async function readPassword(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  return text?.trim()
}

const codeOf = (error: unknown): unknown => error instanceof Error && 'code' in error ? error.code : undefined
