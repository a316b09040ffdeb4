import { voterClaims } from '@livetally/local/faults'
import type { TestNetwork } from '@livetally/local/test-network'
import type { Electorate } from '@livetally/simulator'

export interface SignedInVoter { token: string, body: string }

const CAST = `mutation Cast($input: CastVoteInput!) {
  castVote(input: $input) { __typename ... on VoteAccepted { receipt { tracker } } ... on VoteRefusal { message } }
}`

/** Voters who hold their session tokens and filled-in ballots already: only the casting is measured. */
export async function signInVoters({ issueVoterToken }: TestNetwork, electionId: string, electorate: Electorate, count: number): Promise<SignedInVoter[]> {
  const exp = Math.floor(Date.now() / 1_000) + 3_600
  return Promise.all(Array.from({ length: count }, async (_, at) => {
    const voter = electorate.voter(at)
    const token = await issueVoterToken(voterClaims(electionId, voter, exp))
    const input = { electionId, idempotencyKey: voter.idempotencyKey, selections: withinAllowed(voter.selections) }
    return { token, body: JSON.stringify({ query: CAST, variables: { input } }) }
  }))
}

/** An electorate on paper may mark too many options; a voter at a screen cannot. */
function withinAllowed(selections: readonly { contestId: string, optionIds: string[] }[]): { contestId: string, optionIds: string[] }[] {
  return selections.map(({ contestId, optionIds }) => ({ contestId, optionIds: optionIds.slice(0, contestId.endsWith('parks-board') ? 2 : 1) }))
}
