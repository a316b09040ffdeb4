import { hkdfSync } from 'node:crypto'
import { VOTE_CHANNELS } from '@livetally/core/election'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'

const ISSUER = 'livetally'
const DEFAULT_LIFETIME_S = 30 * 24 * 3600

/** Roles whose tokens an administrator hands out; a VOTER's comes from a voting code. */
export const STAFF_ROLES = ['INGEST', 'OBSERVER', 'AUDITOR', 'CLERK', 'MANAGER'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

const times = { exp: z.int() }
const claims = z.discriminatedUnion('role', [
  z.object({
    role: z.literal('VOTER'), ...times,
    election: z.int(), ref: z.base64url().length(43), unit: z.string(),
    channel: z.enum(VOTE_CHANNELS), attributes: z.record(z.string(), z.string()),
    /** How often the voter's code had been issued anew when it opened this session. */
    codeIssue: z.int().min(1).optional(),
  }),
  z.object({ role: z.enum(STAFF_ROLES), ...times, sub: z.string() }),
])

/** What a voter's token says, so that casting reads no roll. */
export type VoterClaims = Extract<z.infer<typeof claims>, { role: 'VOTER' }>
export type StaffClaims = Extract<z.infer<typeof claims>, { role: StaffRole }>
/** `exp` in seconds since 1970. */
export type TokenClaims = VoterClaims | StaffClaims

export type TokenCheck = { ok: true, claims: TokenClaims } | { ok: false, reason: 'EXPIRED' | 'INVALID' }

export interface Tokens {
  /** `subject` names the holder; for INGEST it is the source whose ballot numbers are counted once (default: the role in small letters). */
  issue(options: { role: StaffRole, subject?: string, expiresInSeconds?: number }): Promise<string>
  issueVoter(claims: Omit<VoterClaims, 'role'>): Promise<string>
  verify(token: string): Promise<TokenCheck>
}

const MOST_REMEMBERED = 10_000

/** Issues and checks JSON Web Tokens (HS256) under a key derived from the master key. */
export function createTokens(masterKey: Buffer): Tokens {
  const key = new Uint8Array(hkdfSync('sha256', masterKey, '', 'livetally/1/tokens', 32))
  const verified = new Map<string, TokenClaims>()

  const sign = (payload: Record<string, unknown>, expiresAt: number): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).setIssuer(ISSUER).setIssuedAt().setExpirationTime(expiresAt).sign(key)

  const check = async (token: string): Promise<TokenCheck> => {
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], issuer: ISSUER })
      const parsed = claims.safeParse(payload)
      if (!parsed.success) return { ok: false, reason: 'INVALID' }
      if (verified.size >= MOST_REMEMBERED) verified.clear()
      verified.set(token, parsed.data)
      return { ok: true, claims: parsed.data }
    } catch (error) {
      return { ok: false, reason: error instanceof errors.JWTExpired ? 'EXPIRED' : 'INVALID' }
    }
  }

  return {
    issue: ({ role, subject = role.toLowerCase(), expiresInSeconds = DEFAULT_LIFETIME_S }) => sign({ role, sub: subject }, nowSeconds() + expiresInSeconds),
    issueVoter: ({ exp, ...voter }) => sign({ role: 'VOTER', ...voter }, exp),
    async verify(token) {
      const known = verified.get(token)
      if (known === undefined) return check(token)
      if (known.exp > nowSeconds()) return { ok: true, claims: known }
      verified.delete(token)
      return { ok: false, reason: 'EXPIRED' }
    },
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
