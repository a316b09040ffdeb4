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

const MOST_VOTERS = 1_000

const REGISTER = `mutation Register($input: RegisterVotersInput!) {
  registerVoters(input: $input) { registered { voterId votingCode } alreadyRegistered problems { path message } }
}`

/** Registers voters (role MANAGER), at most 1,000 a request; `path` of a problem counts over all voters. */
export async function registerVoters(client: ApiClient, electionId: string, voters: readonly NewVoter[], onProgress?: (done: number) => void): Promise<Registration> {
  const all: Registration = { registered: [], alreadyRegistered: [], problems: [] }
  for (let from = 0; from < voters.length; from += MOST_VOTERS) {
    const chunk = voters.slice(from, from + MOST_VOTERS)
    const { registerVoters: part } = await client.request<{ registerVoters: Registration }>(REGISTER, { input: { electionId, voters: chunk } })
    all.registered.push(...part.registered)
    all.alreadyRegistered.push(...part.alreadyRegistered)
    all.problems.push(...part.problems.map(({ path, message }) => ({ path: shiftPath(path, from), message })))
    onProgress?.(from + chunk.length)
  }
  return all
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
