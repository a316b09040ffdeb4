import { createSignatureChecker, type SignatureChecker } from '@livetally/stream-workers/parts'
import { createLocalJWKSet } from 'jose'
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'

/** The registered source. */
export const SOURCE = 'mill'
export const KEY_ID = `${SOURCE}/2026`

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8_OF_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
const keyOf = (seed: string): KeyObject => createPrivateKey({ key: Buffer.concat([PKCS8_OF_ED25519, Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' })

const REGISTERED = keyOf('flour')
const STRANGER = keyOf('forged')

/** A compact JSON Web Signature over the text, the same each time. `isForged`: by a key that nobody registered, under the name of the one that is. */
export function signBallot(payload: string, { kid = KEY_ID, isForged = false }: { kid?: string, isForged?: boolean } = {}): string {
  const signed = [JSON.stringify({ alg: 'EdDSA', kid }), payload].map((part) => Buffer.from(part).toString('base64url')).join('.')
  return `${signed}.${sign(null, Buffer.from(signed), isForged ? STRANGER : REGISTERED).toString('base64url')}`
}

/**
 * Has the production code check all signatures that will be met, before the schedule begins: it does so on threads whose order
 * no seed repeats. In the simulation its answers are only looked up.
 */
export async function checkBeforehand(signatures: Iterable<string>): Promise<SignatureChecker> {
  const find = createLocalJWKSet({ keys: [{ ...createPublicKey(REGISTERED).export({ format: 'jwk' }), kid: KEY_ID, alg: 'EdDSA' }] })
  const checker = createSignatureChecker({ find: async () => find })
  const known = new Map(await Promise.all([...signatures].map(async (jws) => [jws, await checker.check(jws)] as const)))
  return { async check(jws) {
    if (!known.has(jws)) throw new Error('A signature turned up that nobody made.')
    return known.get(jws)
  } }
}
