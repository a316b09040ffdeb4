import { readFileSync } from 'node:fs'

/** What a password may be: signs that need no normal form, and enough of them that nobody tries them out. */
export const PASSWORD = /^[\x21-\x7E]{16,200}$/

/** An address of the database as settings give it, or what is wrong with them. */
export interface DatabaseAddress { readonly url: string | undefined, readonly problems: readonly { readonly setting: string, readonly message: string }[] }

/**
 * Reads `DATABASE_URL`, and where it names no password `DATABASE_PASSWORD_FILE`, for `environment.ts` of each package; with a
 * prefix such as `INGEST_`, those that begin so. A password in a file is in nobody's list of processes or settings.
 */
export function readDatabaseAddress(source: Readonly<Record<string, string | undefined>>, prefix: '' | 'INGEST_' = ''): DatabaseAddress {
  const url = source[`${prefix}DATABASE_URL`]
  const setting = `${prefix}DATABASE_PASSWORD_FILE`
  const file = source[setting]
  if (url === undefined || url === '') return { url: undefined, problems: [] }
  if (file === undefined || file === '') return { url, problems: [] }
  const refused = (message: string): DatabaseAddress => ({ url, problems: [{ setting, message }] })
  if (!URL.canParse(url)) return { url, problems: [{ setting: `${prefix}DATABASE_URL`, message: 'must be an address such as postgres://livetally_api@host:5432/livetally' }] }
  const address = new URL(url)
  if (address.password !== '') return refused(`names a password, and so does ${prefix}DATABASE_URL: take one of the two away`)
  try {
    const password = readFileSync(file, 'utf8').trim()
    if (password === '') return refused(`must name a file with the password of ${address.username}; ${file} is empty`)
    return { url: Object.assign(address, { password: encodeURIComponent(password) }).href, problems: [] }
  } catch (error) {
    return refused(`must name a file with the password of ${address.username} (${error instanceof Error ? error.message : String(error)})`)
  }
}
