import type { ContestComparison } from './compare.js'
import { comparePlain } from './compare-plain.js'
import { decomposeBallots } from './decompose-ballots.js'
import type { DerivedElection } from './derive-election.js'
import type { PlainRow } from './plain-sums.js'

/** Counts the single ballots of a replay that is not cast, and holds them against the plain sums of its file. */
export function compareUncast(derived: DerivedElection, plain: readonly PlainRow[]): ContestComparison {
  const comparison = comparePlain(derived, plain)
  const found = new Map(derived.contests.map(({ id }) => [id, { byUnit: new Map<string, number>(), overByUnit: new Map<string, number>(), underByUnit: new Map<string, number>() }]))
  const ballots = new Map<string, number>()
  for (const { precinct: { id: place }, channel, marks } of decomposeBallots(derived, 1)) {
    ballots.set(place, (ballots.get(place) ?? 0) + 1)
    for (const { contest, options } of marks) {
      const { byUnit, overByUnit } = found.get(contest.id) ?? { byUnit: new Map(), overByUnit: new Map() }
      if (options.length > contest.votesAllowed) add(overByUnit, place, contest.votesAllowed)
      else for (const option of options) add(byUnit, `${place}/${channel}/${contest.options[option]?.id ?? ''}`, 1)
    }
  }
  for (const contest of derived.contests) {
    const { byUnit, overByUnit, underByUnit } = found.get(contest.id) ?? { byUnit: new Map<string, number>(), overByUnit: new Map<string, number>(), underByUnit: new Map<string, number>() }
    for (const place of contest.votes.keys()) underByUnit.set(place, contest.votesAllowed * (ballots.get(place) ?? 0) - (overByUnit.get(place) ?? 0))
    for (const [key, votes] of byUnit) add(underByUnit, key.slice(0, key.indexOf('/')), -votes)
    comparison.add(contest, { byUnit, overByUnit, underByUnit })
  }
  return comparison.end(ballots)
}

function add(sums: Map<string, number>, key: string, count: number): void {
  sums.set(key, (sums.get(key) ?? 0) + count)
}
