import { setTimeout as pause } from 'node:timers/promises'
import type { StoredTokenKey, TokenRecord, TokenStore } from '@livetally/core/store'
import { MasterKeyError } from '@livetally/core/voting'
import { makeTokenKey, openTokenKey, sealTokenKey, type TokenKey } from './token-key.js'

/** Which keys sign and verify tokens and which tokens are revoked, in memory, as the database said at the last look. */
export interface TokenBook {
  /** The key that signs. */
  readonly signing: TokenKey
  /** A key that signs or still verifies. */
  key(id: string): TokenKey | undefined
  /**
   * The same, with a look of its own (one a second at most) where it is not known: it may have been made a moment ago. `issuedAt`
   * (ms since 1970) is when its token says to have been issued: a look that began before proves nothing, so the next one is waited for.
   */
  seek(id: string, issuedAt?: number): Promise<TokenKey | undefined>
  isRevoked(tokenId: string): boolean
  /** How old that is what is known here. */
  ageMs(): number
  /** Whether that is young enough to rely on. */
  isFresh(): boolean
  /** Looks anew where it is not, for 2 s at most; whether that helped, `isFresh` says. */
  freshen(): Promise<void>
  /** Reads everything anew; rejects where the database cannot be read, and then knows what it knew. */
  look(): Promise<void>
  /** Notes a token before it is handed out. Throws a sentence where there are too many. */
  record(token: TokenRecord): Promise<void>
}

/**
 * A revoked token is void everywhere 10 s after the database knows: everybody looks every 2 s (`LOOK_EVERY_MS`), and who could
 * not for 8 s relies on it no more.
 */
export const LOOK_EVERY_MS = 2_000
const LONGEST_RELIED_ON_MS = 8_000
const SOUGHT_EVERY_MS = 1_000
const PATIENCE_MS = 2_000
/** Tokens tell whole seconds, and whoever issued one may have another clock. */
const CLOCKS_DIFFER_MS = 5_000
/** So many may wait for the next look: whatever strangers make up, no more requests are kept for it. */
export const MOST_WAITING = 1_000

interface Known { since: number, signing: TokenKey, keys: ReadonlyMap<string, { key: TokenKey, retiresAt: number }>, revoked: ReadonlySet<string> }

/** Reads the book, and makes the first key where there is none. Throws `MasterKeyError` where another master key sealed it. */
export async function openTokenBook({ store, masterKey, now = () => performance.now() }: { store: TokenStore, masterKey: Buffer, now?: () => number }): Promise<TokenBook> {
  const read = async (): Promise<Known> => {
    const since = now()
    const [keys, revoked] = await Promise.all([store.keys(), store.revoked()])
    return { since, ...openKeys(masterKey, keys), revoked: new Set(revoked) }
  }
  if (!(await store.keys()).some(({ retiresAt }) => retiresAt === null)) {
    const first = makeTokenKey()
    await store.claimKey({ id: first.id, sealed: sealTokenKey(masterKey, first) })
  }
  let known = await read()
  let looking: Promise<void> | undefined
  let lookedAt = known.since
  const look = (): Promise<void> => {
    lookedAt = looking === undefined ? now() : lookedAt
    looking ??= read().then((found) => { known = found }).finally(() => { looking = undefined })
    return looking
  }
  const isFresh = (): boolean => now() - known.since <= LONGEST_RELIED_ON_MS
  const mayLook = (): boolean => looking !== undefined || now() - lookedAt >= SOUGHT_EVERY_MS
  const key = (id: string): TokenKey | undefined => {
    const found = known.keys.get(id)
    return found === undefined || found.retiresAt <= Date.now() ? undefined : found.key
  }
  let next: Promise<void> | undefined
  let waiting = 0
  /** A look that begins after this call, as soon as there may be one; many wait for the same. */
  const lookNext = (): Promise<void> => {
    next ??= (async () => {
      await looking?.catch(() => undefined)
      await pause(Math.max(0, lookedAt + SOUGHT_EVERY_MS - now()))
      next = undefined
      await look()
    })()
    return next
  }
  const lookFor = async (id: string, notBefore: number): Promise<void> => {
    if (mayLook()) await look()
    // The next look may be one that others began while this one waited; the one after it is not.
    for (let more = 0; key(id) === undefined && lookedAt < notBefore && more < 2; more += 1) await lookNext()
  }
  return {
    get signing() { return known.signing },
    key,
    async seek(id, issuedAt = Number.NEGATIVE_INFINITY) {
      if (key(id) !== undefined || waiting >= MOST_WAITING) return key(id)
      waiting += 1
      await inTime(lookFor(id, Math.min(now(), now() - Date.now() + issuedAt + CLOCKS_DIFFER_MS)))
      waiting -= 1
      return key(id)
    },
    isRevoked: (id) => known.revoked.has(id),
    ageMs: () => now() - known.since,
    isFresh,
    async freshen() {
      if (!isFresh() && mayLook()) await inTime(look())
    },
    look,
    async record(token) {
      if (!await store.record(token)) throw new Error('There are 10,000 tokens that have not expired, and more are not kept. Wait until some have, or issue them for a shorter time.')
    },
  }
}

function openKeys(masterKey: Buffer, stored: readonly StoredTokenKey[]): Pick<Known, 'keys' | 'signing'> {
  const opened = stored.map((one) => ({ stored: one, key: openTokenKey(masterKey, one) }))
  const signing = opened.find(({ stored: { retiresAt } }) => retiresAt === null)?.key
  if (signing === undefined) throw new MasterKeyError('The key that signs tokens cannot be opened with this master key: it was sealed with another one. Put the key of this installation there, from its backup.')
  const keys = opened.flatMap(({ stored: { id, retiresAt }, key }) => key === undefined ? [] : [[id, { key, retiresAt: retiresAt?.getTime() ?? Number.POSITIVE_INFINITY }] as const])
  return { signing, keys: new Map(keys) }
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work.catch(() => undefined), new Promise<void>((resolve) => { timer = setTimeout(resolve, PATIENCE_MS) })])
  clearTimeout(timer)
}
