import { contestId, electionId, unitId, type Structure } from '@livetally/core/election'
import { eventually, type TestNetwork } from '@livetally/local/test-network'
import { FOLLOW, FOLLOW_PLACE, readContestAnswer, type ContestAnswer, type ResultsAnswer } from './answers.js'
import type { Observation } from './observation.js'

/** A viewer of the live results who keeps all that is told. */
export interface Follower extends AsyncDisposable {
  readonly observations: readonly Observation[]
  /** Resolves when so many ballots are in the turnout. */
  sees(ballots: number): Promise<void>
}

const LIMIT_MS = 120_000

export function followResults(network: TestNetwork, structure: Structure, key: number): Follower {
  const observations: Observation[] = []
  let seen = 0
  const results = network.subscribe<{ electionResults: ResultsAnswer & { ballotsCast: number } }>(FOLLOW, { id: electionId(key) })
  const following = (async () => {
    for await (const { electionResults: { revision, ballotsCast, contests } } of results) {
      for (const contest of contests) observations.push(...readContestAnswer(structure, 'subscription', revision, contest))
      seen = ballotsCast
    }
  })().catch(() => undefined)
  const [contest] = structure.contests.keys()
  const [place] = structure.leaves
  const ofPlace = network.subscribe<{ contestResults: ContestAnswer & { revision: number } }>(FOLLOW_PLACE, { contest: contestId(key, contest ?? ''), unit: unitId(key, place?.id ?? '') })
  const followingPlace = (async () => {
    for await (const { contestResults } of ofPlace) observations.push(...readContestAnswer(structure, 'subscription', contestResults.revision, contestResults))
  })().catch(() => undefined)
  return {
    observations,
    sees: async (ballots) => { await eventually(() => seen >= ballots, { limitMs: LIMIT_MS, everyMs: 2, what: `${ballots} ballots in the turnout (${seen} are)` }) },
    async [Symbol.asyncDispose]() {
      await Promise.all([results.close(), ofPlace.close()])
      await Promise.all([following, followingPlace])
    },
  }
}
