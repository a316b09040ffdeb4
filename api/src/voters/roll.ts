import type { DefinitionProblem } from '@livetally/core/election'
import type { ElectionStore, Reissue, VoterRegistration, VoterStore } from '@livetally/core/store'
import type { KnownElection } from '@livetally/core/voting'
import { randomUUID } from 'node:crypto'
import { formatVotingCode, votingCodeOf } from '../auth/voting-code.js'
import { badInput, unavailable } from '../server/errors.js'
import { readVoter, type NewVoter } from './read-voter.js'

/** Every voter of a request is in exactly one of the three: `problems` name the others by their place, such as `voters[3].voterId`. */
export interface Registration {
  registered: { voterId: string, votingCode: string }[]
  alreadyRegistered: string[]
  problems: DefinitionProblem[]
}

export type NewCode = { ok: true, voterId: string, unit: string, votingCode: string } | Extract<Reissue, { ok: false }>

/** The same request under the same idempotency key gets the same codes; without a key they are shown this once. */
export interface Roll {
  register(known: KnownElection, voters: readonly NewVoter[], idempotencyKey?: string): Promise<Registration>
  /** A new code for a voter, which makes the old one void, and the sessions that it opened. `issuedBy` goes on record. */
  reissue(known: KnownElection, request: { voterId: string, issuedBy: string, idempotencyKey?: string }): Promise<NewCode>
  /** Registered voters per leaf, at most 2 s old. */
  eligibleVoters(election: number): Promise<ReadonlyMap<string, number>>
}

const MOST_AT_ONCE = 1_000
/** Whoever knows the key of a request can have its codes again: it must be one that nobody guesses. */
const SHORTEST_KEY = 20
const LONGEST_KEY = 200
const REMEMBERED_MS = 2_000

export function createRoll({ voters, elections, onRegistered, now = Date.now }: { voters: VoterStore, elections: Pick<ElectionStore, 'eligibleVoters'>, onRegistered?: () => void, now?: () => number }): Roll {
  const eligible = new Map<number, { at: number, found: Promise<ReadonlyMap<string, number>> }>()
  return {
    async register({ election, keys, hasItsKey }, asked, idempotencyKey) {
      requireItsKey(hasItsKey)
      if (asked.length > MOST_AT_ONCE) throw badInput(`At most ${MOST_AT_ONCE} voters can be registered at once; these are ${asked.length}.`)
      if (election.phase === 'CERTIFIED') throw badInput('This election is certified, and with it how many could vote: the roll is closed.')
      const key = readKey(idempotencyKey)
      const problems: DefinitionProblem[] = []
      const fitting = new Map<string, VoterRegistration & { code: string }>()
      asked.forEach((voter, at) => {
        const read = readVoter(election, voter)
        const twin = read.ok && fitting.has(read.voter.voterId)
        if (!read.ok) problems.push(...read.problems.map(({ path, message }) => ({ path: `voters[${at}].${path}`, message })))
        else if (twin) problems.push({ path: `voters[${at}].voterId`, message: 'is named twice' })
        else {
          const voterRef = keys.voterRef('roll', read.voter.voterId)
          const code = votingCodeOf(keys.codeSeed('first', voterRef, key))
          fitting.set(read.voter.voterId, { ...read.voter, code, voterRef, codeHash: keys.codeHash(code) })
        }
      })
      const { registered, repeated, alreadyRegistered } = await voters.register(election.key, [...fitting.values()].map(({ code: _, ...voter }) => voter))
      eligible.delete(election.key)
      onRegistered?.()
      return {
        registered: [...registered, ...repeated].map((voterId) => ({ voterId, votingCode: formatVotingCode(fitting.get(voterId)?.code ?? '') })),
        alreadyRegistered,
        problems,
      }
    },
    async reissue({ election, keys, hasItsKey }, { voterId, issuedBy, idempotencyKey }) {
      requireItsKey(hasItsKey)
      const code = votingCodeOf(keys.codeSeed('anew', keys.voterRef('roll', voterId), readKey(idempotencyKey)))
      const reissue = await voters.reissue(election.key, [keys.voterRef('roll', voterId), keys.earlierVoterRef(voterId)], keys.codeHash(code), issuedBy)
      return reissue.ok ? { ...reissue, votingCode: formatVotingCode(code) } : reissue
    },
    eligibleVoters(election) {
      const known = eligible.get(election)
      if (known !== undefined && now() - known.at < REMEMBERED_MS) return known.found
      const found = elections.eligibleVoters(election)
      eligible.set(election, { at: now(), found })
      found.catch(() => { eligible.delete(election) })
      return found
    },
  }
}

function requireItsKey(hasItsKey: boolean): void {
  if (!hasItsKey) throw unavailable('This server has another master key than the one the election was made with: nobody whom it registered could vote. Try again later.', 60_000)
}

function readKey(idempotencyKey: string = randomUUID()): string {
  if (idempotencyKey.length >= SHORTEST_KEY && idempotencyKey.length <= LONGEST_KEY) return idempotencyKey
  throw badInput(`The idempotency key must be random and have ${SHORTEST_KEY} to ${LONGEST_KEY} characters: whoever knows it can have the codes again.`)
}
