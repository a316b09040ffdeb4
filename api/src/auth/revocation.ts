import { z } from 'zod'
import type { OpenTokens } from './open-tokens.js'
import type { TokenClaims } from './tokens.js'

/**
 * Revokes tokens by their ids, or by themselves; returns a sentence for each. A token that is not listed (a voter's) is noted
 * first. Throws a sentence, before anything is revoked, for what is neither; and for ids that are not known.
 */
export async function revokeTokens({ tokens, store }: Pick<OpenTokens, 'tokens' | 'store'>, typed: readonly string[]): Promise<string> {
  const wanted = typed.filter((one) => one !== '')
  if (wanted.length === 0) throw new Error('There is no token to revoke.')
  const read = await Promise.all(wanted.map(async (one, at) => isId(one) ? one.toLowerCase() : await claimsOf(tokens, one, at)))
  for (const claims of read) if (typeof claims === 'object') await note(store, claims)
  const ids = read.map((one) => typeof one === 'object' ? one.jti : one)
  const revoked = new Set(await store.revoke(ids))
  const said = ids.map((id) => revoked.has(id) ? `${id} is void everywhere within 10 seconds.` : `No token that has not expired has the id ${id}.`)
  if (revoked.size < new Set(ids).size) throw new Error(said.join('\n'))
  return said.join('\n')
}

const isId = (typed: string): boolean => z.uuid().safeParse(typed).success

async function claimsOf(tokens: OpenTokens['tokens'], token: string, at: number): Promise<TokenClaims> {
  const check = await tokens.verify(token)
  if (check.ok) return check.claims
  throw new Error(check.reason === 'INVALID' || check.reason === 'UNCHECKED'
    ? `Number ${at + 1} is neither the id of a token nor a token of this installation. "npm run token -- list" shows ids.`
    : `Number ${at + 1} is a token that is void already (${check.reason.toLowerCase()}). Take it out; nothing was revoked.`)
}

async function note(store: OpenTokens['store'], { jti, keyId, role, election, exp, ...rest }: TokenClaims): Promise<void> {
  const subject = 'sub' in rest ? rest.sub.slice(0, 200) : 'a voter'
  if (await store.record({ id: jti, keyId, role, subject, election: election ?? null, expiresAt: new Date(exp * 1_000) })) return
  throw new Error('There are 10,000 tokens that have not expired, and more are not kept. To make all void at once: "npm run token -- rotate", then "retire" with the key before.')
}
