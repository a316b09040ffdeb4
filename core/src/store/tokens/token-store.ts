import type { Database } from '../database/database.js'

/** A key that tokens are signed with, as it rests: sealed under a key of the master key's. */
export interface StoredTokenKey {
  readonly id: string
  readonly sealed: Buffer
  readonly madeAt: Date
  /** Null: it signs. */
  readonly retiresAt: Date | null
}

/** What is kept of a token: never the token itself. */
export interface TokenRecord {
  /** A UUID. */
  readonly id: string
  readonly keyId: string
  readonly role: string
  readonly subject: string
  /** The only election that it is for. */
  readonly election: number | null
  readonly expiresAt: Date
}

export interface StoredToken extends TokenRecord {
  readonly issuedAt: Date
  readonly revokedAt: Date | null
}

export interface TokenStore {
  /** Keys that sign or still verify, the one that signs first, then the newest. */
  keys(): Promise<StoredTokenKey[]>
  /** Ids of tokens that were revoked before they expired. */
  revoked(): Promise<string[]>
  /** Tokens that have not expired, the newest first, revoked ones included; at most 10,000. */
  tokens(): Promise<StoredToken[]>
  /** Takes this key where none signs. */
  claimKey(key: Pick<StoredTokenKey, 'id' | 'sealed'>): Promise<void>
  /** This key signs from now on, the one before verifies for some time more. False: there are 10 keys already. */
  rotateKey(key: Pick<StoredTokenKey, 'id' | 'sealed'>, retireAfterSeconds: number): Promise<boolean>
  /** No token of this key is valid any more; refused (SIGNS) for the key that signs. */
  retireKey(id: string): Promise<'RETIRED' | 'SIGNS' | 'UNKNOWN'>
  /** False: 10,000 tokens have not expired yet. */
  record(token: TokenRecord): Promise<boolean>
  /** The ids among these that are known and revoked now, whoever revoked them. */
  revoke(ids: readonly string[]): Promise<string[]>
}

/** Reads and writes which keys sign tokens, and which tokens there are. What is revoked stays so until it has expired. */
export function createTokenStore({ pool }: Pick<Database, 'pool'>): TokenStore {
  return {
    async keys() {
      const { rows } = await pool.query<StoredTokenKey>(`
        SELECT id, sealed, made_at AS "madeAt", retires_at AS "retiresAt" FROM token_key
        WHERE retires_at IS NULL OR retires_at > clock_timestamp() ORDER BY retires_at IS NULL DESC, made_at DESC`)
      return rows
    },
    async revoked() {
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM token WHERE revoked_at IS NOT NULL')
      return rows.map(({ id }) => id)
    },
    async tokens() {
      const { rows } = await pool.query<StoredToken>(`
        SELECT id, key_id AS "keyId", role, subject, election, issued_at AS "issuedAt", expires_at AS "expiresAt", revoked_at AS "revokedAt"
        FROM token WHERE expires_at > clock_timestamp() ORDER BY issued_at DESC, id`)
      return rows
    },
    async claimKey({ id, sealed }) {
      await pool.query('SELECT claim_token_key($1, $2)', [id, sealed])
    },
    async rotateKey({ id, sealed }, retireAfterSeconds) {
      const { rows } = await pool.query<{ done: boolean }>('SELECT rotate_token_key($1, $2, $3) AS done', [id, sealed, retireAfterSeconds])
      return rows[0]?.done === true
    },
    async retireKey(id) {
      const { rows } = await pool.query<{ outcome: 'RETIRED' | 'SIGNS' | 'UNKNOWN' }>('SELECT retire_token_key($1) AS outcome', [id])
      return rows[0]?.outcome ?? 'UNKNOWN'
    },
    async record({ id, keyId, role, subject, election, expiresAt }) {
      const { rows } = await pool.query<{ done: boolean }>('SELECT record_token($1, $2, $3, $4, $5, $6) AS done', [id, keyId, role, subject, election, expiresAt])
      return rows[0]?.done === true
    },
    async revoke(ids) {
      const { rows } = await pool.query<{ id: string }>('SELECT revoke_tokens($1) AS id', [[...ids]])
      return rows.map(({ id }) => id)
    },
  }
}
