import { OTHER_GROUPS, PLACES, type JoinedSets } from '@livetally/core/election'

/**
 * Which sets of secret ballots are told together once every box is sealed and counted: groups of voters, and places where release
 * units are wider than they. Rules: docs/decisions/how-choices-are-released.md.
 */
export interface ReleasePlan {
  readonly decided: readonly JoinedSets[]
  hasNames(names: string): boolean
  /** Whether it says how places are told. */
  readonly hasPlaces: boolean
  /** Each with the one that it is told with. */
  readonly joinedPlaces: readonly (readonly [place: string, target: string])[]
  /** The group (`names/values`) that a group's choices are told in. */
  groupOf(key: string): string
  /** The groups told in one. */
  groupsIn(key: string): readonly string[]
  /** The place that a place's choices are told in. */
  placeOf(place: string): string
  placesIn(place: string): readonly string[]
}

export function createReleasePlan(decided: readonly JoinedSets[]): ReleasePlan {
  const joined = new Map(decided.filter(({ names }) => names !== PLACES).map(({ names, joined: values }) => [names, new Set(values)]))
  const places = new Map(decided.filter(({ names }) => names === PLACES).flatMap((one) => one.joined).map((pair): [string, string] => {
    const [place = '', target = ''] = pair.split(',')
    return [place, target]
  }))
  return {
    decided,
    hasPlaces: decided.some(({ names }) => names === PLACES),
    joinedPlaces: [...places],
    hasNames: (names) => joined.has(names),
    groupOf(key) {
      const [names, values] = partsOf(key)
      return joined.get(names)?.has(values) === true ? `${names}/${OTHER_GROUPS}` : key
    },
    groupsIn(key) {
      const [names, values] = partsOf(key)
      return values === OTHER_GROUPS ? [...joined.get(names) ?? []].map((one) => `${names}/${one}`) : [key]
    },
    placeOf: (place) => places.get(place) ?? place,
    placesIn: (place) => places.has(place) ? [] : [place, ...[...places].filter(([, target]) => target === place).map(([one]) => one)],
  }
}

function partsOf(key: string): [names: string, values: string] {
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}
