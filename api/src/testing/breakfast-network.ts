import { randomUUID } from 'node:crypto'
import type { ElectionDefinitionInput } from '@livetally/core/election'
import { breakfastDefinition } from './breakfast-election.js'

/** The part of a test network that these helpers use. */
interface Asking {
  readonly tokens: { readonly manager: string, readonly ingest: string }
  graphql<Data>(document: string, variables?: Record<string, unknown>, options?: { token?: string, api?: number }): Promise<Data>
}

export interface Told { __typename: string, message?: string, problems?: string[], phase?: string, repeated?: boolean, receipt?: { tracker: string, electionId: string, castAt: string } }

export const TOLD = `__typename
  ... on VoteRefusal { message }
  ... on ElectionNotOpen { phase }
  ... on InvalidBallot { problems }
  ... on VoteAccepted { repeated receipt { tracker electionId castAt } }`

/** What officials, voters and counting centres do, over the public API. */
export function breakfastTown(network: Asking) {
  const manager = { token: network.tokens.manager }
  const change = async (field: 'publishElection' | 'openElection' | 'pauseElection' | 'resumeElection' | 'closeElection' | 'certifyElection', id: string, api = 0): Promise<string> => {
    const found = await network.graphql<Record<string, { __typename: string, election?: { phase: string }, phase?: string }>>(
      `mutation($id: ID!) { ${field}(id: $id) { __typename ... on ElectionPhaseChanged { election { phase } } ... on PhaseChangeRefused { message phase } } }`, { id }, { ...manager, api })
    return found[field]?.election?.phase ?? `refused: ${found[field]?.phase}`
  }
  const create = async (changes: Partial<ElectionDefinitionInput> = {}): Promise<string> => {
    const definition = breakfastDefinition({ slug: `breakfast-${randomUUID().slice(0, 8)}`, ...changes })
    const { createElection } = await network.graphql<{ createElection: { election?: { id: string }, problems?: unknown } }>(
      'mutation($definition: JSONObject!) { createElection(input: { definition: $definition }) { ... on ElectionCreated { election { id } } ... on InvalidElectionDefinition { problems { path message } } } }', { definition }, manager)
    if (createElection.election === undefined) throw new Error(JSON.stringify(createElection.problems))
    return createElection.election.id
  }
  return {
    create,
    change,
    async open(changes: Partial<ElectionDefinitionInput> = {}): Promise<string> {
      const id = await create(changes)
      await change('publishElection', id)
      await change('openElection', id)
      return id
    },
    async register(id: string, voters: number, unit = 'n1'): Promise<string[]> {
      const roll = Array.from({ length: voters }, () => ({ voterId: randomUUID(), reportingUnitId: `${id}/u/${unit}`, attributes: [{ attributeId: 'age', valueId: 'wise' }] }))
      const { registerVoters } = await network.graphql<{ registerVoters: { registered: { votingCode: string }[] } }>(
        'mutation($input: RegisterVotersInput!) { registerVoters(input: $input) { registered { votingCode } } }', { input: { electionId: id, voters: roll } }, manager)
      return registerVoters.registered.map(({ votingCode }) => votingCode)
    },
    async signIn(id: string, code: string): Promise<{ token: string, hasVoted: boolean }> {
      const { signInWithVotingCode } = await network.graphql<{ signInWithVotingCode: { token: string, hasVoted: boolean } }>(
        'mutation($id: ID!, $code: String!) { signInWithVotingCode(electionId: $id, code: $code) { token hasVoted } }', { id, code })
      return signInWithVotingCode
    },
    async cast(token: string, id: string, idempotencyKey: string, dish: string, api = 0): Promise<Told> {
      const input = { electionId: id, idempotencyKey, selections: [{ contestId: `${id}/c/dish`, optionIds: [`${id}/o/dish/${dish}`] }] }
      return (await network.graphql<{ castVote: Told }>(`mutation($input: CastVoteInput!) { castVote(input: $input) { ${TOLD} } }`, { input }, { token, api })).castVote
    },
    async ingest(id: string, ballots: readonly Record<string, unknown>[], api = 0): Promise<Told[]> {
      const filled = ballots.map((ballot) => ({
        idempotencyKey: randomUUID(), reportingUnitId: `${id}/u/n1`, channel: 'ELECTION_DAY',
        ...('voterId' in ballot || 'sourceBallotNumber' in ballot ? {} : { sourceBallotNumber: randomUUID() }),
        selections: [{ contestId: `${id}/c/dish`, optionIds: [`${id}/o/dish/waffle`] }], ...ballot,
      }))
      return (await network.graphql<{ castVotes: Told[] }>(`mutation($input: CastVotesInput!) { castVotes(input: $input) { ${TOLD} } }`, { input: { electionId: id, ballots: filled } }, { token: network.tokens.ingest, api })).castVotes
    },
  }
}
