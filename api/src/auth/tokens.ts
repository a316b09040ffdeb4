import { randomUUID } from 'node:crypto'
import { VOTE_CHANNELS } from '@livetally/core/election'
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { TokenBook } from './token-book.js'
import type { TokenKey } from './token-key.js'

const ISSUER = 'livetally'
/** How long a token is valid of which nobody says it. */
export const DEFAULT_LIFETIME_S = 12 * 3600

/** Roles whose tokens an administrator hands out; a VOTER's comes from a voting code. */
export const STAFF_ROLES = ['INGEST', 'OBSERVER', 'AUDITOR', 'CLERK', 'MANAGER'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

const times = { exp: z.int() }
const id = { jti: z.uuid() }
const voter = z.object({
  role: z.literal('VOTER'), ...times,
  election: z.int(), ref: z.base64url().length(43), unit: z.string(),
  channel: z.enum(VOTE_CHANNELS), attributes: z.record(z.string(), z.string()),
  /** How often the voter's code had been issued anew when it opened this session. */
  codeIssue: z.int().min(1).optional(),
})
const staff = z.object({ role: z.enum(STAFF_ROLES), ...times, sub: z.string(), election: z.int().optional() })
const claims = z.discriminatedUnion('role', [voter.extend(id), staff.extend(id)])

/** What a voter's token says, so that casting reads no roll. */
export type VoterClaims = z.infer<typeof voter>
/** `election`: the only one that the token is for. */
export type StaffClaims = z.infer<typeof staff>

/** What every token has besides: an id of its own, and that of the key it was signed with. */
export interface TokenIds { readonly jti: string, readonly keyId: string }
/** `exp` in seconds since 1970. */
export type TokenClaims = (VoterClaims | StaffClaims) & TokenIds

/** Why a token is not to be believed. UNCHECKED: whether it is revoked cannot be known now. */
export type TokenFlaw = 'EXPIRED' | 'REVOKED' | 'RETIRED' | 'UNCHECKED'
export type TokenCheck = { ok: true, claims: TokenClaims } | { ok: false, reason: TokenFlaw | 'INVALID' }

export interface Tokens {
  /**
   * `subject` names the holder; for INGEST it is the source whose ballot numbers are counted once (default: the role in small letters).
   * `election`: the only one that it is for (default: all). Valid for 12 hours unless said.
   */
  issue(options: { role: StaffRole, subject?: string, election?: number, expiresInSeconds?: number }): Promise<string>
  issueVoter(claims: Omit<VoterClaims, 'role'>): Promise<string>
  verify(token: string): Promise<TokenCheck>
  /** What has become of a token that was verified before. */
  flawOf(claims: Pick<TokenClaims, 'role' | 'exp'> & TokenIds): TokenFlaw | undefined
}

const MOST_REMEMBERED = 10_000
const LONGEST_SUBJECT = 200

/** Issues and checks JSON Web Tokens (HS256), each with an id, under the keys of the book. Docs: `docs/decisions/tokens-are-looked-up-in-memory.md`. */
export function createTokens(book: TokenBook): Tokens {
  const verified = new Map<string, TokenClaims>()

  const sign = (payload: Record<string, unknown>, { key, jti, exp }: { key: TokenKey, jti: string, exp: number }): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: key.id }).setIssuer(ISSUER).setJti(jti).setIssuedAt().setExpirationTime(exp).sign(key.secret)

  const read = async (token: string): Promise<TokenCheck> => {
    try {
      const { kid } = decodeProtectedHeader(token)
      const key = kid === undefined ? undefined : await book.seek(kid, issuedAt(token))
      // While nothing can be looked up nobody knows whether it is a key of ours.
      if (key === undefined) return { ok: false, reason: kid === undefined || book.isFresh() ? 'INVALID' : 'UNCHECKED' }
      const { payload } = await jwtVerify(token, key.secret, { algorithms: ['HS256'], issuer: ISSUER })
      const parsed = claims.safeParse(payload)
      if (!parsed.success) return { ok: false, reason: 'INVALID' }
      const found = { ...parsed.data, keyId: key.id }
      if (verified.size >= MOST_REMEMBERED) verified.clear()
      verified.set(token, found)
      return { ok: true, claims: found }
    } catch (error) {
      return { ok: false, reason: error instanceof errors.JWTExpired ? 'EXPIRED' : 'INVALID' }
    }
  }
  const flawOf: Tokens['flawOf'] = ({ role, exp, jti, keyId }) => {
    if (exp <= nowSeconds()) return 'EXPIRED'
    if (book.isRevoked(jti)) return 'REVOKED'
    // A voter's token opens nothing but a ledger that cannot be reached either while this holds.
    if (role !== 'VOTER' && !book.isFresh()) return 'UNCHECKED'
    return book.key(keyId) === undefined ? 'RETIRED' : undefined
  }

  return {
    async issue({ role, subject = role.toLowerCase(), election, expiresInSeconds = DEFAULT_LIFETIME_S }) {
      const [key, jti, exp] = [book.signing, randomUUID(), nowSeconds() + expiresInSeconds]
      await book.record({ id: jti, keyId: key.id, role, subject: subject.slice(0, LONGEST_SUBJECT), election: election ?? null, expiresAt: new Date(exp * 1_000) })
      return sign({ role, sub: subject, ...(election === undefined ? {} : { election }) }, { key, jti, exp })
    },
    issueVoter: ({ exp, ...facts }) => sign({ role: 'VOTER', ...facts }, { key: book.signing, jti: randomUUID(), exp }),
    async verify(token) {
      const known = verified.get(token)
      const check: TokenCheck = known === undefined ? await read(token) : { ok: true, claims: known }
      if (!check.ok) return check
      await book.freshen()
      const flaw = flawOf(check.claims)
      if (flaw === undefined) return check
      verified.delete(token)
      return { ok: false, reason: flaw }
    },
    flawOf,
  }
}

/** When a token says to have been issued, unverified, ms since 1970; undefined if it does not say. */
function issuedAt(token: string): number | undefined {
  const { iat } = decodeJwt(token)
  return typeof iat === 'number' ? iat * 1_000 : undefined
}

/** The id that a token says to have, unverified; undefined if it is no token of ours. */
export function tokenIdOf(token: string): string | undefined {
  try {
    return id.jti.safeParse(decodeJwt(token).jti).data
  } catch {
    return undefined
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
