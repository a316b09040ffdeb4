import { createTokenStore, findObstacle, openDatabase, type TokenStore } from '@livetally/core/store'
import { masterKeyFingerprint, masterKeyOrigin, readMasterKey } from '@livetally/core/voting'
import { openTokenBook } from './token-book.js'
import { createTokens, type Tokens } from './tokens.js'

/** Tokens of an installation for those who hand them out beside the API. */
export interface OpenTokens extends AsyncDisposable {
  readonly tokens: Tokens
  readonly store: TokenStore
  /** What keys are sealed under. */
  readonly masterKey: Buffer
  /** Key of the election with this slug, or with this id (`e7`); undefined if there is none. */
  electionOf(slugOrId: string): Promise<number | undefined>
}

/** Throws a sentence for a person where the database cannot be reached, is not migrated, or belongs to another master key. */
export async function openTokens({ databaseUrl, home, masterKey: given }: { databaseUrl: string, home: string, masterKey?: string | undefined }): Promise<OpenTokens> {
  const place = { home, masterKey: given }
  const masterKey = await readMasterKey(place)
  const obstacle = await findObstacle({ databaseUrl, role: 'api', key: { fingerprint: masterKeyFingerprint(masterKey), origin: masterKeyOrigin(place) } })
  if (obstacle !== undefined) throw new Error(obstacle)
  const database = await openDatabase({ databaseUrl, role: 'api', applicationName: 'livetally-token', maxConnections: 2 })
  try {
    const store = createTokenStore(database)
    const tokens = createTokens(await openTokenBook({ store, masterKey }))
    return {
      tokens, store, masterKey,
      async electionOf(slugOrId) {
        const { rows } = await database.pool.query<{ key: number }>(`SELECT key FROM election WHERE slug = $1 OR 'e' || key = $1`, [slugOrId])
        return rows[0]?.key
      },
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    }
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
}
