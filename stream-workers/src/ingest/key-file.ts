import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { readKeySet, sourceOf } from './source-keys.js'

/** A new Ed25519 key (RFC 8037) of a source: the private part is its owner's alone. */
export async function makeSourceKey(kid: string): Promise<{ publicKey: JWK, privateKey: JWK }> {
  const pair = await generateKeyPair('EdDSA', { extractable: true })
  const named = { kid, alg: 'EdDSA', use: 'sig' }
  return { publicKey: { ...await exportJWK(pair.publicKey), ...named }, privateKey: { ...await exportJWK(pair.privateKey), ...named } }
}

/**
 * Adds a public key to the file of those that may sign ballots, which is made if it is not there and is whole at any moment.
 * Throws a sentence if the key is none that may stand there, or if its id is taken.
 */
export async function registerSourceKey(file: string, key: JWK): Promise<{ source: string }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => isMissing(error) ? '{"keys":[]}' : Promise.reject(error as Error))
  const { keys } = readKeySet(text)
  if (keys.some(({ kid }) => kid === key.kid)) throw new Error(`A key "${key.kid}" is registered already. Take it out of ${file} first, or give the new one another id, such as ${sourceOf(key.kid) ?? 'source'}/${new Date().getFullYear()}.`)
  const set = readKeySet(JSON.stringify({ keys: [...keys, key] }))
  await writeFile(`${file}.new`, `${JSON.stringify(set, null, 2)}\n`)
  await rename(`${file}.new`, file)
  return { source: sourceOf(key.kid) ?? '' }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
