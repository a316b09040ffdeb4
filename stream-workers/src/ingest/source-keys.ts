import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { readFile, stat } from 'node:fs/promises'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../pace.js'
import { tell } from '../story.js'

/** The public keys of the systems that may hand ballots in. */
export interface SourceKeys {
  /** Finds the key that a signature's header names; rejects if there is none. */
  find(): Promise<JWTVerifyGetKey>
}

/** `<source>` or `<source>/<any>`, so that a source can change its key without becoming another source. */
const KEY_ID = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})(\/[A-Za-z0-9._-]{1,64})?$/

/** The source that a key belongs to; undefined if the text cannot name a key. */
export function sourceOf(keyId: string | undefined): string | undefined {
  return KEY_ID.exec(keyId ?? '')?.[1]
}

const publicKey = z.looseObject({
  kid: z.string().regex(KEY_ID, 'must read <source> or <source>/<anything>, such as north-county/2031'),
  kty: z.enum(['OKP', 'EC', 'RSA'], 'must be a public key: OKP, EC or RSA'),
  d: z.undefined({ error: 'is the private part: only the public key belongs here' }).optional(),
})
const keySet = z.object({ keys: z.array(publicKey).max(1_000) })

/** Reads a JSON Web Key Set (RFC 7517). Throws a sentence that says what is wrong with it. */
export function readKeySet(text: string): JSONWebKeySet {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw new Error('It is not JSON.')
  }
  const parsed = keySet.safeParse(document)
  if (parsed.success) return document as JSONWebKeySet
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

const LOOK_AGAIN_MS = 2_000
const MOST_NAMED = 20

/**
 * Keys from a file that is looked at again every two seconds: whoever is taken out of it is not believed any more. A file that
 * cannot be read leaves things as they were, with an error in the log; a missing one means that nobody may hand ballots in.
 */
export function createSourceKeys({ file, clock, logger }: { file: string, clock: Clock, logger: Logger }): SourceKeys {
  let find = createLocalJWKSet({ keys: [] })
  let seen: string | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  const look = async (): Promise<void> => {
    const found = await stat(file).catch(() => undefined)
    const state = found === undefined ? 'missing' : `${found.mtimeMs}/${found.size}/${found.ino}`
    if (state === seen) return
    try {
      const { keys } = found === undefined ? { keys: [] } : readKeySet(await readFile(file, 'utf8'))
      find = createLocalJWKSet({ keys })
      tell(logger, 'KEYS_READ', { file, keys: keys.map(({ kid }) => kid ?? '').slice(0, MOST_NAMED), count: keys.length }, keys.length === 0 ? 'no system may hand ballots in: no key is registered' : 'these keys may sign ballots')
    } catch (error) {
      tell(logger, 'ALARM', { err: error, file }, 'the keys of those who hand ballots in could not be read; those read before stay')
    }
    seen = state
  }
  return {
    async find() {
      if (looking === undefined && clock.now() - lookedAt >= LOOK_AGAIN_MS) {
        lookedAt = clock.now()
        looking = look().finally(() => { looking = undefined })
      }
      await looking
      return find
    },
  }
}
