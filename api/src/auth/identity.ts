import type { Role } from '../schema/vocabulary.js'
import { forbidden, unauthenticated } from '../server/errors.js'
import type { StaffClaims, Tokens, VoterClaims } from './tokens.js'

/** Who is asking: nobody in particular, or the holder of a token. */
export type Identity =
  | { role: 'ANONYMOUS' }
  | { role: VoterClaims['role'], claims: VoterClaims }
  | { role: StaffClaims['role'], claims: StaffClaims }

const LONGEST_SUBJECT = 200

export const ANONYMOUS: Identity = { role: 'ANONYMOUS' }

const OFFICIALS: readonly Role[] = ['OBSERVER', 'AUDITOR', 'CLERK', 'MANAGER']
const EARLY_READERS: readonly Role[] = ['AUDITOR', 'CLERK', 'MANAGER']

/** May see elections that are not published yet. */
export const seesDrafts = ({ role }: Identity): boolean => OFFICIALS.includes(role)
/** May see results before everybody does: to certify, to audit or to correct them. */
export const seesHiddenResults = ({ role }: Identity): boolean => EARLY_READERS.includes(role)
/** Who it is, as the token says, for the record; at most 200 characters. */
export function subjectOf(identity: Identity): string {
  if (identity.role === 'ANONYMOUS' || identity.role === 'VOTER') throw forbidden('Only officials go on record.')
  return identity.claims.sub.slice(0, LONGEST_SUBJECT)
}

/** Seconds since 1970; undefined for those who need no token. */
export const expiryOf = (identity: Identity): number | undefined => identity.role === 'ANONYMOUS' ? undefined : identity.claims.exp

/** Reads `Bearer <token>`. Throws UNAUTHENTICATED for a token that is none of ours, or is no longer one. */
export async function identify(tokens: Tokens, authorization: unknown): Promise<Identity> {
  if (authorization === undefined || authorization === null || authorization === '') return ANONYMOUS
  const match = typeof authorization === 'string' ? /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(authorization.trim()) : null
  if (match?.[1] === undefined) throw unauthenticated('The authorization must read `Bearer <token>`.')
  const check = await tokens.verify(match[1])
  if (!check.ok) throw unauthenticated(check.reason === 'EXPIRED' ? 'This token has expired. Sign in again.' : 'This token is not valid here.')
  return check.claims.role === 'VOTER' ? { role: 'VOTER', claims: check.claims } : { role: check.claims.role, claims: check.claims }
}
