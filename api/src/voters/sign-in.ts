import type { RegisteredVoter, VoterStore } from '@livetally/core/store'
import type { KnownElection } from '@livetally/core/voting'
import type { Tokens, VoterClaims } from '../auth/tokens.js'
import { parseVotingCode } from '../auth/voting-code.js'
import { rateLimited, unauthenticated, unavailable, type ApiError } from '../server/errors.js'
import type { SignInAttempts } from './sign-in-attempts.js'

export interface Session { token: string, claims: VoterClaims, hasVoted: boolean }

/** Where a code comes from: an address, and what it came over. */
export interface Origin { address: string, connection?: object | undefined }

export interface SignIn {
  /** Throws UNAUTHENTICATED for a code that is not in the roll, RATE_LIMITED where too much was guessed, and UNAVAILABLE where the master key is not the election's. */
  withVotingCode(known: KnownElection, code: string, origin: Origin): Promise<Session>
}

const SESSION_S = 3_600

/** A voting code opens one election to one voter for an hour. */
export function createSignIn({ voters, tokens, attempts }: { voters: Pick<VoterStore, 'findByCode'>, tokens: Pick<Tokens, 'issueVoter'>, attempts: SignInAttempts }): SignIn {
  const open = async (election: number, voter: RegisteredVoter): Promise<Session> => {
    const claims = {
      election,
      ref: voter.voterRef.toString('base64url'),
      unit: voter.unit,
      channel: voter.channel ?? 'ONLINE',
      attributes: { ...voter.attributes },
      exp: Math.floor(Date.now() / 1000) + SESSION_S,
      ...voter.codeIssue === 0 ? {} : { codeIssue: voter.codeIssue },
    } as const
    return { token: await tokens.issueVoter(claims), claims: { role: 'VOTER', ...claims }, hasVoted: voter.hasVoted }
  }

  return {
    async withVotingCode({ election, keys, hasItsKey }, typed, { address, connection }) {
      // Under another key no code would be known: that is our fault, and no guess of theirs.
      if (!hasItsKey) throw unavailable('This server has another master key than the one the election was made with, so it knows none of its voting codes. Try again later.', 60_000)
      const code = parseVotingCode(typed)
      // What cannot be a code is a typing error, and guesses nothing.
      if (code === undefined) throw unknownCode()
      const hash = keys.codeHash(code)
      const turn = await attempts.take({ address, connection, code: `e${election.key} ${hash.toString('base64url')}` })
      if (turn.let === 'OUT') {
        throw turn.because === 'CODE'
          ? rateLimited('This voting code was tried too often. Check each sign, and try again in a minute.', turn.retryAfterMs)
          : rateLimited('Too many wrong voting codes came from your address. Wait a few seconds and try again.', turn.retryAfterMs)
      }
      let isWrong = false
      try {
        const voter = await voters.findByCode(election.key, hash)
        isWrong = voter === undefined
        if (voter === undefined) throw unknownCode()
        return await open(election.key, voter)
      } finally {
        // Right, or failed for a reason of ours, such as a database that is away.
        if (!isWrong) turn.giveBack()
      }
    },
  }
}

const unknownCode = (): ApiError => unauthenticated('This voting code is not known in this election. Check each sign. If you were given a new code, the one before no longer counts.')
