import type { ApiClient } from '../system/api-client.js'
import type { KnownElection } from '../system/elections.js'
import { compareContest, type ContestComparison } from './compare.js'
import { compareSecretContest } from './compare-secret.js'
import { compareTurnout } from './compare-turnout.js'
import type { ReplayBallots } from './decompose-ballots.js'
import type { DerivedElection } from './derive-election.js'
import { readCounted } from './read-counted.js'
import { readSecretCounted } from './read-secret-counted.js'
import { readTurnout } from './read-turnout.js'

export interface ElectionComparison {
  /** A line per contest, the one of the ballots last. */
  lines: ContestComparison[]
  /** What was compared, in a sentence. */
  says: string
}

/** Holds everything that was published of a replayed election against the file. Secret ballots must all be released, as they are once their election is closed. */
export async function compareElection(client: ApiClient, election: KnownElection, derived: DerivedElection, ballots: ReplayBallots): Promise<ElectionComparison> {
  const turnout = await turnoutOf(client, election, ballots)
  const lines: ContestComparison[] = []
  switch (election.ballotSecrecy) {
    case 'OPEN': {
      for (const contest of derived.contests) lines.push(compareContest(contest, derived.channels, await readCounted(client, election.id, `${election.id}/c/${contest.id}`)))
      return { lines: [...lines, turnout], says: 'Compared: votes of every option in all, by channel, and by place and channel; ballots by place and channel.' }
    }
    case 'SECRET': {
      const joined = new Set<string>()
      for (const contest of derived.contests) {
        const counted = await readSecretCounted(client, election.id, `${election.id}/c/${contest.id}`)
        for (const place of counted.shownWith.keys()) joined.add(place)
        lines.push(compareSecretContest(contest, counted))
      }
      return { lines: [...lines, turnout], says: `Compared: votes of every option in all and by place (choices of ${joined.size.toLocaleString('en-US')} of ${derived.precincts.length.toLocaleString('en-US')} places are shown with those of another, and their sums were compared); ballots by place and channel.` }
    }
    default: return election.ballotSecrecy satisfies never
  }
}

/** Holds turnout alone against the file: all that is complete while secret ballots are being cast. */
export async function turnoutOf(client: ApiClient, election: KnownElection, ballots: ReplayBallots): Promise<ContestComparison> {
  return compareTurnout(ballots.byPlace, await readTurnout(client, election.id))
}
