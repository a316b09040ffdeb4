import type { VoteChannel } from '@livetally/core/election'
import type { ApiClient } from './api-client.js'

export interface Selection { contestId: string, optionIds: string[] }

/** One ballot as a counting centre or polling place sends it: exactly one of `voterId` and `sourceBallotNumber`. */
export interface IngestBallot {
  idempotencyKey: string
  voterId?: string
  sourceBallotNumber?: string
  reportingUnitId: string
  channel: VoteChannel
  attributes?: { attributeId: string, valueId: string }[]
  /** RFC 3339; only in elections with imported time. */
  castAt?: string
  selections: Selection[]
}

export type CastAnswer =
  | { type: 'VoteAccepted', tracker: string, castAt: string, repeated: boolean }
  | { type: 'AlreadyVoted' | 'IdempotencyConflict' | 'ElectionNotOpen' | 'NotEligible', message: string }
  | { type: 'InvalidBallot', message: string, problems: string[] }

/** At most 1,000 ballots and 4 MiB are taken in one request. */
export const MOST_BALLOTS = 1_000
export const MOST_BYTES = 4 * 1024 * 1024

const ANSWER = `type: __typename
  ... on VoteAccepted { repeated receipt { tracker castAt } }
  ... on VoteRefusal { message }
  ... on InvalidBallot { problems }`

interface RawAnswer { type: CastAnswer['type'], repeated?: boolean, receipt?: { tracker: string, castAt: string }, message?: string, problems?: string[] }

/** Casts ballots for others (role INGEST); one answer per ballot, in their order. */
export async function castVotes(client: ApiClient, electionId: string, ballots: readonly IngestBallot[]): Promise<CastAnswer[]> {
  const { castVotes: answers } = await client.request<{ castVotes: RawAnswer[] }>(`mutation CastVotes($input: CastVotesInput!) { castVotes(input: $input) { ${ANSWER} } }`, { input: { electionId, ballots } })
  if (answers.length !== ballots.length) throw new Error(`${ballots.length} ballots were sent, ${answers.length} answers came back`)
  return answers.map(readAnswer)
}

/** Casts the vote of the voter whose session the client carries. */
export async function castVote(client: ApiClient, input: { electionId: string, idempotencyKey: string, selections: Selection[] }): Promise<CastAnswer> {
  const { castVote: answer } = await client.request<{ castVote: RawAnswer }>(`mutation CastVote($input: CastVoteInput!) { castVote(input: $input) { ${ANSWER} } }`, { input })
  return readAnswer(answer)
}

function readAnswer(raw: RawAnswer): CastAnswer {
  const message = raw.message ?? ''
  switch (raw.type) {
    case 'VoteAccepted': return { type: 'VoteAccepted', tracker: raw.receipt?.tracker ?? '', castAt: raw.receipt?.castAt ?? '', repeated: raw.repeated ?? false }
    case 'InvalidBallot': return { type: 'InvalidBallot', message, problems: raw.problems ?? [] }
    case 'AlreadyVoted': case 'IdempotencyConflict': case 'ElectionNotOpen': case 'NotEligible': return { type: raw.type, message }
  }
}
