import { randomUUID } from 'node:crypto'
import type { VoteChannel } from '@livetally/core/election'
import type { ApiClient } from './api-client.js'

export interface NewVoter {
  voterId: string
  reportingUnitId: string
  name?: string
  address?: string
  channel?: VoteChannel
  attributes?: { attributeId: string, valueId: string }[]
}

export interface Registration {
  registered: { voterId: string, votingCode: string }[]
  /** They keep the code they were given; it is never shown again. */
  alreadyRegistered: string[]
  problems: { path: string, message: string }[]
}

export interface RegisterOptions {
  /** Under the same key the same voters get the same codes, however often they are sent; random unless it is said otherwise. */
  idempotencyKey?: string
  /** Has to be done with one part before the next is sent: what is registered must not be more than what the caller has kept. */
  onPart?: (part: Registration, voters: readonly NewVoter[]) => Promise<void> | void
}

const MOST_VOTERS = 1_000

const REGISTER = `mutation Register($input: RegisterVotersInput!) {
  registerVoters(input: $input) { registered { voterId votingCode } alreadyRegistered problems { path message } }
}`

/** Registers voters (role MANAGER), at most 1,000 a request; `path` of a problem counts over all voters. */
export async function registerVoters(client: ApiClient, electionId: string, voters: readonly NewVoter[], { idempotencyKey = randomUUID(), onPart }: RegisterOptions = {}): Promise<Registration> {
  const all: Registration = { registered: [], alreadyRegistered: [], problems: [] }
  for (let from = 0; from < voters.length; from += MOST_VOTERS) {
    const chunk = voters.slice(from, from + MOST_VOTERS)
    const { registerVoters: part } = await client.request<{ registerVoters: Registration }>(REGISTER, { input: { electionId, voters: chunk, idempotencyKey } })
    await onPart?.(part, chunk)
    all.registered.push(...part.registered)
    all.alreadyRegistered.push(...part.alreadyRegistered)
    all.problems.push(...part.problems.map(({ path, message }) => ({ path: shiftPath(path, from), message })))
  }
  return all
}

export type NewCode = { ok: true, voterId: string, votingCode: string, reportingUnitId: string } | { ok: false, message: string }

type ReissueAnswer = { type: 'VotingCodeReissued', voterId: string, votingCode: string, reportingUnit: { id: string } } | { type: 'VotingCodeNotReissued', message: string }

const REISSUE = `mutation Reissue($input: ReissueVotingCodeInput!) {
  reissueVotingCode(input: $input) {
    type: __typename
    ... on VotingCodeReissued { voterId votingCode reportingUnit { id } }
    ... on VotingCodeNotReissued { message }
  }
}`

/** A new code for a voter (role MANAGER), after which the old one is void. Under the same key it is the same code. */
export async function reissueVotingCode(client: ApiClient, electionId: string, voterId: string, idempotencyKey: string = randomUUID()): Promise<NewCode> {
  const { reissueVotingCode: answer } = await client.request<{ reissueVotingCode: ReissueAnswer }>(REISSUE, { input: { electionId, voterId, idempotencyKey } })
  if (answer.type === 'VotingCodeNotReissued') return { ok: false, message: answer.message }
  return { ok: true, voterId: answer.voterId, votingCode: answer.votingCode, reportingUnitId: answer.reportingUnit.id }
}

/** The token of one voter's session, in exchange for the voting code. */
export async function signInWithVotingCode(client: ApiClient, electionId: string, code: string): Promise<{ token: string, hasVoted: boolean }> {
  const { signInWithVotingCode: session } = await client.request<{ signInWithVotingCode: { token: string, hasVoted: boolean } }>(
    'mutation SignIn($electionId: ID!, $code: String!) { signInWithVotingCode(electionId: $electionId, code: $code) { token hasVoted } }',
    { electionId, code },
  )
  return session
}

function shiftPath(path: string, from: number): string {
  return path.replace(/voters\[(\d+)\]/, (_, at: string) => `voters[${Number(at) + from}]`)
}
