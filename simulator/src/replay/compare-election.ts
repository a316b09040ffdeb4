import type { ApiClient } from '../system/api-client.js'
import type { KnownElection } from '../system/elections.js'
import { compareContest, type ContestComparison } from './compare.js'
import { comparePlain } from './compare-plain.js'
import { compareSecretContest } from './compare-secret.js'
import { compareTurnout } from './compare-turnout.js'
import type { ReplayBallots } from './decompose-ballots.js'
import type { DerivedElection } from './derive-election.js'
import type { PlainRow } from './plain-sums.js'
import { readCounted } from './read-counted.js'
import { readSecretCounted } from './read-secret-counted.js'
import { readTurnout, type CountedTurnout } from './read-turnout.js'

export interface ElectionComparison {
  /** A line per contest, the one of the ballots last. */
  lines: ContestComparison[]
  /** What was compared, in a sentence. */
  says: string
}

/** Holds everything that was published of a replayed election against the file. Secret ballots must all be released, as they are once their election is closed. */
export async function compareElection(client: ApiClient, election: KnownElection, derived: DerivedElection, ballots: ReplayBallots, plain: readonly PlainRow[]): Promise<ElectionComparison> {
  const published = await readTurnout(client, election.id)
  const turnout = compareTurnout(ballots.byPlace, published)
  const apart = comparePlain(derived, plain)
  const lines: ContestComparison[] = []
  switch (election.ballotSecrecy) {
    case 'OPEN': {
      for (const contest of derived.contests) {
        const counted = await readCounted(client, election.id, `${election.id}/c/${contest.id}`)
        apart.add(contest, counted)
        lines.push(compareContest(contest, derived.channels, counted))
      }
      return { lines: [...lines, turnout, apart.end(ofPlaces(published))], says: 'Compared: votes of every option in all, by channel, and by place and channel; ballots by place and channel. All of it, over and under votes, too, with sums of the file by code of their own.' }
    }
    case 'SECRET': {
      const joined = new Set<string>()
      for (const contest of derived.contests) {
        const counted = await readSecretCounted(client, election.id, `${election.id}/c/${contest.id}`)
        for (const place of counted.shownWith.keys()) joined.add(place)
        apart.addTotals(contest, counted.totals)
        lines.push(compareSecretContest(contest, counted))
      }
      return { lines: [...lines, turnout, apart.end(ofPlaces(published))], says: `Compared: votes of every option in all and by place (choices of ${joined.size.toLocaleString('en-US')} of ${derived.precincts.length.toLocaleString('en-US')} places are shown with those of another, and their sums were compared); ballots by place and channel. Votes of every option in all, and ballots, also with sums of the file by code of their own.` }
    }
    default: return election.ballotSecrecy satisfies never
  }
}

/** Holds turnout alone against the file: all that is complete while secret ballots are being cast. */
export async function turnoutOf(client: ApiClient, election: KnownElection, ballots: ReplayBallots): Promise<ContestComparison> {
  return compareTurnout(ballots.byPlace, await readTurnout(client, election.id))
}

/** Place → ballots, whatever their channel. `byPlace` of a published turnout is `place/channel`. */
function ofPlaces({ byPlace }: CountedTurnout): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [key, ballots] of byPlace) {
    const place = key.slice(0, key.indexOf('/'))
    sums.set(place, (sums.get(place) ?? 0) + ballots)
  }
  return sums
}
