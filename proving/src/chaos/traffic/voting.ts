import { ballotOf, castVote, createLoad, createPace, type ApiClient, type ElectionShape, type Electorate, type IngestBallot, type LoadSummary, type Selection, type SyntheticVoter } from '@livetally/simulator'
import { randomUUID } from 'node:crypto'

export interface VotingOptions {
  /** Carries a token of role INGEST; single voters get theirs from `tokenOf`. */
  client: ApiClient
  electionId: string
  electorate: Electorate
  shape: ElectionShape
  tokenOf: (voter: SyntheticVoter) => Promise<string>
  /** Ballots a second, over both ways of casting. */
  rate: number
  /** Waited for before each single vote: the recorder's disk may be slow. */
  ready: () => Promise<void>
}

export interface Voting {
  /** Sends no further ballots, and resolves when the last is answered. Throws what ended it early. */
  stop(): Promise<LoadSummary>
}

/** One voter in ten casts alone, with a token; the others come in batches from counting centres. */
const SINGLES_OF_TEN = 1
const BATCH = 25
const LANES = 12
const SINGLE_LANES = 24
/** Every so manieth request is sent again with its key, every so manieth single voter tries another key. */
const REPEAT_EVERY = 11
const TRY_AGAIN_EVERY = 10

export function startVoting(options: VotingOptions): Voting {
  const { client, electionId, electorate, rate } = options
  const load = createLoad({
    client, electionId, ballots: batched(electorate), rate: rate * (1 - SINGLES_OF_TEN / 10),
    batch: BATCH, inFlight: LANES, repeatEvery: REPEAT_EVERY, keepRecords: false,
  })
  const singles = startSingles(options, rate * SINGLES_OF_TEN / 10)
  const running = load.run()
  running.catch(() => undefined)
  return {
    async stop() {
      load.stop()
      await singles.stop()
      return running
    },
  }
}

function* batched(electorate: Electorate): Generator<IngestBallot, undefined> {
  for (let number = 0; number < electorate.size; number += 1) if (number % 10 >= SINGLES_OF_TEN) yield ballotOf(electorate.voter(number))
  return undefined
}

function startSingles({ client, electionId, electorate, shape, tokenOf, ready }: VotingOptions, rate: number): { stop(): Promise<void> } {
  const pace = createPace(rate)
  const allowed = new Map(shape.contests.map(({ id, votesAllowed }) => [id, votesAllowed]))
  /** On paper one may mark too many options; at a screen one cannot. */
  const withinAllowed = (selections: readonly Selection[]): Selection[] =>
    selections.map(({ contestId, optionIds }) => ({ contestId, optionIds: optionIds.slice(0, allowed.get(contestId)) }))
  let isStopped = false
  let next = 0
  const lane = async (): Promise<void> => {
    while (!isStopped && next < electorate.size) {
      const voter = electorate.voter(next)
      next += 10
      const own = client.withToken(await tokenOf(voter))
      await pace.take(1)
      await ready()
      const selections = withinAllowed(voter.selections)
      await castVote(own, { electionId, idempotencyKey: voter.idempotencyKey, selections })
      if (voter.number % (10 * TRY_AGAIN_EVERY) === 0) await castVote(own, { electionId, idempotencyKey: randomUUID(), selections })
    }
  }
  const lanes = Promise.all(Array.from({ length: SINGLE_LANES }, lane))
  lanes.catch(() => undefined)
  return {
    async stop() {
      isStopped = true
      await lanes
    },
  }
}
