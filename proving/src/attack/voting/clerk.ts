import { contestId, electionId, optionId, unitId, type VoteChannel } from '@livetally/core/election'
import type { TestNetwork } from '@livetally/local/test-network'
import { randomUUID } from 'node:crypto'

interface Change { count: string, contestId?: string, optionId?: string, old: number, new: number }
interface Answer { __typename: string, message?: string, counts?: { old: number }[], problems?: { path: string, message: string }[] }

const CORRECT = `mutation Correct($input: CorrectResultsInput!) { correctResults(input: $input) {
  __typename
  ... on InvalidCorrection { problems { path message } }
  ... on CountsHaveChanged { message counts { old } }
  ... on CorrectionNotAllowed { message }
  ... on CorrectionConflict { message }
} }`

const TRIES = 5
const CHANNEL: VoteChannel = 'ELECTION_DAY'
/** No count is that high: whoever says so is told what the counts are. */
const UNKNOWN = 999_999_999

/** Corrects published counts of one polling place. */
export interface Clerk {
  /** One ballot more at a place. */
  addBallot(place: string): Promise<void>
  /** A vote of one option that was another's. */
  moveVote(place: string, contest: string, from: string, to: string): Promise<void>
}

export async function createClerk(network: TestNetwork, key: number): Promise<Clerk> {
  const token = await network.issueToken({ role: 'CLERK', subject: 'Clara' })
  /** `counts`: how many changes there are; `make` is told what their counts are. */
  const correct = async (place: string, counts: number, make: (olds: readonly number[]) => Change[]): Promise<void> => {
    let olds: readonly number[] = Array.from({ length: counts }, () => UNKNOWN)
    for (let tries = 0; tries < TRIES; tries += 1) {
      const input = { electionId: electionId(key), idempotencyKey: randomUUID(), type: 'CORRECTION', reportingUnitId: unitId(key, place), channel: CHANNEL, reason: 'Counted by hand.', changes: make(olds) }
      const { correctResults: answer } = await network.graphql<{ correctResults: Answer }>(CORRECT, { input }, { token })
      if (answer.__typename === 'ResultsCorrected') return
      const now = answer.counts?.map(({ old }) => old)
      if (now?.length !== counts) throw new Error(`a correction was refused: ${JSON.stringify(answer)}`)
      olds = now
    }
    throw new Error('the counts were others with every try of a correction')
  }
  return {
    addBallot: (place) => correct(place, 1, ([ballots = 0]) => [{ count: 'BALLOTS', old: ballots, new: ballots + 1 }]),
    moveVote: (place, contest, from, to) => correct(place, 2, ([mine = 0, other = 0]) => [
      { count: 'VOTES', contestId: contestId(key, contest), optionId: optionId(key, contest, from), old: mine, new: mine - 1 },
      { count: 'VOTES', contestId: contestId(key, contest), optionId: optionId(key, contest, to), old: other, new: other + 1 },
    ]),
  }
}
