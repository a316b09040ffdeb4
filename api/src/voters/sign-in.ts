import type { VoterStore } from '@livetally/core/store'
import type { Tokens, VoterClaims } from '../auth/tokens.js'
import { parseVotingCode } from '../auth/voting-code.js'
import type { KnownElection } from '@livetally/core/voting'
import { rateLimited, unauthenticated, unavailable } from '../server/errors.js'
import type { SlowDown } from '../auth/slow-down.js'

export interface Session { token: string, claims: VoterClaims, hasVoted: boolean }

export interface SignIn {
  /** Throws UNAUTHENTICATED for a code that is not in the roll, RATE_LIMITED for an address that has guessed too often, and UNAVAILABLE where the master key is not the election's. */
  withVotingCode(known: KnownElection, code: string, address: string): Promise<Session>
}

const SESSION_S = 3_600

/** A voting code opens one election to one voter for an hour. */
export function createSignIn({ voters, tokens, attempts }: { voters: VoterStore, tokens: Tokens, attempts: SlowDown }): SignIn {
  return {
    async withVotingCode({ election, keys, hasItsKey }, typed, address) {
      // Under another key no code would be known: that is our fault, and no guess of theirs.
      if (!hasItsKey) throw unavailable('This server has another master key than the one the election was made with, so it knows none of its voting codes. Try again later.', 60_000)
      // Taken before it is checked: of many sent at once each sees those before it.
      const attempt = attempts.take(address)
      if (attempt.let === 'OUT') throw rateLimited('Too many wrong voting codes came from your address. Wait a few seconds and try again.', attempt.waitMs)
      if (attempt.waitMs > 0) await new Promise((resolve) => { setTimeout(resolve, attempt.waitMs) })
      const code = parseVotingCode(typed)
      const voter = code === undefined ? undefined : await voters.findByCode(election.key, keys.codeHash(code))
      if (voter === undefined) throw unauthenticated('This voting code is not known in this election. Check each sign. If you were given a new code, the one before no longer counts.')
      attempts.giveBack(address)
      const claims = {
        election: election.key,
        ref: voter.voterRef.toString('base64url'),
        unit: voter.unit,
        channel: voter.channel ?? 'ONLINE',
        attributes: { ...voter.attributes },
        exp: Math.floor(Date.now() / 1000) + SESSION_S,
        ...voter.codeIssue === 0 ? {} : { codeIssue: voter.codeIssue },
      } as const
      return { token: await tokens.issueVoter(claims), claims: { role: 'VOTER', ...claims }, hasVoted: voter.hasVoted }
    },
  }
}
