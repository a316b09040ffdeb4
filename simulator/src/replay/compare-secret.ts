import { createComparison, strangersIn, type ContestComparison } from './compare.js'
import type { DerivedContest } from './draft-contest.js'
import type { SecretCounted } from './read-secret-counted.js'

/**
 * Compares a contest of the file with what was published of secret ballots: option by option, in all and by place. Places
 * that are shown together are compared by their sums.
 */
export function compareSecretContest(contest: DerivedContest, counted: SecretCounted): ContestComparison {
  const comparison = createComparison(contest.title)
  const groups = groupsOf([...contest.votes.keys()], counted.shownWith)
  let cast = 0
  for (const [at, option] of contest.options.entries()) {
    const castIn = (place: string): number => (contest.votes.get(place)?.[at] ?? []).reduce((sum, votes) => sum + votes, 0)
    const total = [...contest.votes.keys()].reduce((sum, place) => sum + castIn(place), 0)
    cast += total
    comparison.check(option.name, total, counted.totals.get(option.id))
    for (const places of groups) {
      const found = places.reduce((sum, place) => sum + (counted.byPlace.get(`${place}/${option.id}`) ?? 0), 0)
      comparison.check(`${option.name} in ${places.join(' + ')}`, places.reduce((sum, place) => sum + castIn(place), 0), found)
    }
  }
  return comparison.end({ cast, counted: [...counted.totals.values()].reduce((sum, votes) => sum + votes, 0), strangers: strangersIn(contest, counted.totals) })
}

/** The places, each with those that are shown with it. */
function groupsOf(places: readonly string[], shownWith: ReadonlyMap<string, string>): string[][] {
  const groups = new Map<string, string[]>()
  for (const place of places) {
    const shown = shownWith.get(place) ?? place
    groups.set(shown, [...groups.get(shown) ?? [], place])
  }
  return [...groups.values()]
}
