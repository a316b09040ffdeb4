import { randomUUID } from 'node:crypto'
import type { TestNetwork } from '@livetally/local/test-network'
import type { ElectionUnderTest } from './open-election.js'

/** A ballot on paper: one mark for the keeper, none for the council. */
export interface PaperBallot { keeper: 'mallard' | 'teal', shore?: 'north' | 'east' | 'south', castAt?: string }

/** What a counting centre hands in, in this order. */
export async function bringBallots(network: TestNetwork, { id }: ElectionUnderTest, ballots: readonly PaperBallot[]): Promise<void> {
  const brought = ballots.map(({ keeper, shore = 'north', castAt }) => ({
    idempotencyKey: randomUUID(), sourceBallotNumber: randomUUID(), reportingUnitId: `${id}/u/${shore}`, channel: 'ELECTION_DAY',
    ...(castAt === undefined ? {} : { castAt }),
    selections: [{ contestId: `${id}/c/keeper`, optionIds: [`${id}/o/keeper/${keeper}`] }],
  }))
  const { castVotes } = await network.graphql<{ castVotes: { __typename: string, message?: string }[] }>(
    'mutation ($input: CastVotesInput!) { castVotes(input: $input) { __typename ... on VoteRefusal { message } } }', { input: { electionId: id, ballots: brought } }, { token: network.tokens.ingest })
  const refused = castVotes.find((answer) => answer.__typename !== 'VoteAccepted')
  if (refused !== undefined) throw new Error(`${refused.__typename}: ${refused.message ?? ''}`)
}

/** Takes one of the two ballots for Martha Mallard away. */
export async function takeBallotAway(network: TestNetwork, { id }: ElectionUnderTest, reason: string): Promise<void> {
  const changes = [
    { count: 'BALLOTS', old: 2, new: 1 },
    { count: 'BALLOTS', contestId: `${id}/c/keeper`, old: 2, new: 1 }, { count: 'VOTES', contestId: `${id}/c/keeper`, optionId: `${id}/o/keeper/mallard`, old: 2, new: 1 },
    { count: 'BALLOTS', contestId: `${id}/c/council`, old: 2, new: 1 }, { count: 'UNDERVOTES', contestId: `${id}/c/council`, old: 4, new: 2 },
  ]
  const token = await network.issueToken({ role: 'CLERK', subject: 'Clara the clerk' })
  const { correctResults } = await network.graphql<{ correctResults: { __typename: string } }>(
    'mutation ($input: CorrectResultsInput!) { correctResults(input: $input) { __typename } }',
    { input: { electionId: id, idempotencyKey: 'twice', type: 'RETRACTION', reportingUnitId: `${id}/u/north`, channel: 'ELECTION_DAY', changes, reason } }, { token })
  if (correctResults.__typename !== 'ResultsCorrected') throw new Error(`The correction was answered with ${correctResults.__typename}`)
}
