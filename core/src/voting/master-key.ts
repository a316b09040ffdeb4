import { hkdfSync, randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The master key is missing or damaged; the message is a sentence for a person. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
}

const KEY_BYTES = 32

/**
 * The installation's master key, 32 bytes: `masterKey` (base64, from LIVETALLY_MASTER_KEY), else `<home>/master.key`,
 * which is made once with mode 0600. Everything secret derives from it: whoever loses it can no longer recognise repeat
 * voters; whoever copies it, and the database, can issue tokens.
 */
export async function readMasterKey({ home, masterKey }: { home: string, masterKey?: string | undefined }): Promise<Buffer> {
  const path = join(home, 'master.key')
  return await findMasterKey({ home, masterKey }) ?? decode(await makeKeyFile(home, path), path)
}

/** The same key, for those who only look: undefined where there is none, and none is made. */
export async function findMasterKey({ home, masterKey }: { home: string, masterKey?: string | undefined }): Promise<Buffer | undefined> {
  if (masterKey !== undefined && masterKey !== '') return decode(masterKey, 'LIVETALLY_MASTER_KEY')
  const path = join(home, 'master.key')
  const stored = await readFile(path, 'utf8').catch((error: unknown) => isMissing(error) ? undefined : Promise.reject(error as Error))
  return stored === undefined ? undefined : decode(stored, path)
}

/** Where a person finds the key. */
export function masterKeyOrigin({ home, masterKey }: { home: string, masterKey?: string | undefined }): string {
  return masterKey !== undefined && masterKey !== '' ? 'LIVETALLY_MASTER_KEY' : join(home, 'master.key')
}

/** 32 bytes that a database keeps, to tell whether a process has the master key that its voters' references were made with. Says nothing of the key. */
export function masterKeyFingerprint(masterKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', 'livetally/1/installation', KEY_BYTES))
}

/** Processes that start together must end up with one key: the file appears whole or not at all, and the first one stays. */
async function makeKeyFile(home: string, path: string): Promise<string> {
  await mkdir(home, { recursive: true })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  await chmod(draft, 0o600)
  try {
    await link(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await unlink(draft)
  }
  return readFile(path, 'utf8')
}

function decode(text: string, origin: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== KEY_BYTES) throw new MasterKeyError(`${origin} must hold ${KEY_BYTES} bytes in base64. Restore it from your backup: without it repeat voters cannot be recognised.`)
  return key
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
