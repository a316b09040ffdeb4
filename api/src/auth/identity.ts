import type { Role } from '../schema/vocabulary.js'
import { forbidden, unauthenticated, unavailable, type ApiError } from '../server/errors.js'
import type { StaffClaims, TokenCheck, TokenIds, Tokens, VoterClaims } from './tokens.js'

/** Who is asking: nobody in particular, or the holder of a token. */
export type Identity =
  | { role: 'ANONYMOUS' }
  | { role: VoterClaims['role'], claims: VoterClaims & TokenIds }
  | { role: StaffClaims['role'], claims: StaffClaims & TokenIds }

const LONGEST_SUBJECT = 200

export const ANONYMOUS: Identity = { role: 'ANONYMOUS' }

const OFFICIALS: readonly Role[] = ['OBSERVER', 'AUDITOR', 'CLERK', 'MANAGER']
const EARLY_READERS: readonly Role[] = ['AUDITOR', 'CLERK', 'MANAGER']

/** The only election that an official's token is for; undefined: for all, or no official's. */
export function boundElection(identity: Identity): number | undefined {
  return identity.role === 'ANONYMOUS' || identity.role === 'VOTER' ? undefined : identity.claims.election
}

const isFor = (identity: Identity, election: number): boolean => [undefined, election].includes(boundElection(identity))

/** May see this election although it is not published yet. */
export const seesDraft = (identity: Identity, election: number): boolean => OFFICIALS.includes(identity.role) && isFor(identity, election)
/** May see all elections that are not published yet. */
export const seesDrafts = (identity: Identity): boolean => OFFICIALS.includes(identity.role) && boundElection(identity) === undefined
/** May see results of this election before everybody does: to certify, to audit or to correct them. */
export const seesHiddenResults = (identity: Identity, election: number): boolean => EARLY_READERS.includes(identity.role) && isFor(identity, election)

/** What somebody may see decides what an answer says; who it is does not. Equal for two who are told the same. */
export const sightOf = (identity: Identity): string => `${OFFICIALS.includes(identity.role)}/${EARLY_READERS.includes(identity.role)}/${boundElection(identity) ?? ''}`

/** Who it is, as the token says, for the record; at most 200 characters. */
export function subjectOf(identity: Identity): string {
  if (identity.role === 'ANONYMOUS' || identity.role === 'VOTER') throw forbidden('Only officials go on record.')
  return identity.claims.sub.slice(0, LONGEST_SUBJECT)
}

/** Seconds since 1970; undefined for those who need no token. */
export const expiryOf = (identity: Identity): number | undefined => identity.role === 'ANONYMOUS' ? undefined : identity.claims.exp

/** Reads `Bearer <token>`. Throws UNAUTHENTICATED for a token that is none of ours, or is no longer one; UNAVAILABLE where that cannot be known now. */
export async function identify(tokens: Tokens, authorization: unknown): Promise<Identity> {
  if (authorization === undefined || authorization === null || authorization === '') return ANONYMOUS
  const match = typeof authorization === 'string' ? /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(authorization.trim()) : null
  if (match?.[1] === undefined) throw unauthenticated('The authorization must read `Bearer <token>`.')
  const check = await tokens.verify(match[1])
  if (!check.ok) throw refusalOf(check)
  return check.claims.role === 'VOTER' ? { role: 'VOTER', claims: check.claims } : { role: check.claims.role, claims: check.claims }
}

function refusalOf({ reason }: Extract<TokenCheck, { ok: false }>): ApiError {
  switch (reason) {
    case 'EXPIRED': return unauthenticated('This token has expired. Sign in again.')
    case 'REVOKED': return unauthenticated('This token has been revoked. Sign in again, or ask for another one.')
    case 'RETIRED': return unauthenticated('The key that this token was signed with is not used any more. Sign in again, or ask for another one.')
    case 'INVALID': return unauthenticated('This token is not valid here.')
    case 'UNCHECKED': return unavailable('Whether this token is still valid cannot be looked up now. Try again soon.', 2_000)
    default: return reason satisfies never
  }
}
