import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** A key that tokens are signed with (HS256). */
export interface TokenKey {
  /** Stands in the header of each token of this key (`kid`). */
  readonly id: string
  readonly secret: Uint8Array
}

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A new key: random, so that it says nothing of the master key, nor the master key of it. */
export function makeTokenKey(): TokenKey {
  return { id: randomBytes(6).toString('hex'), secret: new Uint8Array(randomBytes(KEY_BYTES)) }
}

/** As it may rest in the database: nonce, tag and cipher, bound to the key's id. */
export function sealTokenKey(masterKey: Buffer, { id, secret }: TokenKey): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, sealOf(masterKey), nonce).setAAD(Buffer.from(id))
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** The key again; undefined if another master key sealed it, or it is not what was sealed. */
export function openTokenKey(masterKey: Buffer, { id, sealed }: { id: string, sealed: Buffer }): TokenKey | undefined {
  try {
    const decipher = createDecipheriv(ALGORITHM, sealOf(masterKey), sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    const secret = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
    return secret.length === KEY_BYTES ? { id, secret: new Uint8Array(secret) } : undefined
  } catch {
    return undefined
  }
}

function sealOf(masterKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', 'livetally/1/token-keys', KEY_BYTES))
}
