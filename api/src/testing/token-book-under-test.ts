import type { TokenRecord } from '@livetally/core/store'
import type { TokenBook } from '../auth/token-book.js'
import { makeTokenKey, type TokenKey } from '../auth/token-key.js'
import { createTokens, type TokenIds, type Tokens } from '../auth/tokens.js'

/** A book of tokens without a database: what is written into it is known at once. */
export interface TokenBookUnderTest extends TokenBook {
  readonly keys: TokenKey[]
  readonly revoked: Set<string>
  readonly records: TokenRecord[]
  /** False: the database cannot be read, and has not been for long. */
  isReadable: boolean
}

export function tokenBookUnderTest(): TokenBookUnderTest {
  const keys = [makeTokenKey()]
  const revoked = new Set<string>()
  const records: TokenRecord[] = []
  const key = (id: string): TokenKey | undefined => keys.find((one) => one.id === id)
  return {
    keys, revoked, records, key,
    isReadable: true,
    get signing() { return keys.at(-1) ?? makeTokenKey() },
    seek: async (id) => key(id),
    isRevoked: (id) => revoked.has(id),
    ageMs: () => 0,
    isFresh() { return this.isReadable },
    freshen: async () => undefined,
    look: async () => undefined,
    async record(token) { records.push(token) },
  }
}

/** What a verified token has beside its claims. */
export const TOKEN_IDS: TokenIds = { jti: '00000000-0000-4000-8000-000000000000', keyId: 'key' }

/** Tokens of an installation of their own, without a database. */
export function tokensUnderTest(): Tokens {
  return createTokens(tokenBookUnderTest())
}
