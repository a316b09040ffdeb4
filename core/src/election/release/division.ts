import { createUnion } from './small-cut.js'

/** A way to divide all ballots into sets, each of which is published as a sum; and which sets are published together. Sets are numbered from 0. */
export interface Division {
  readonly width: number
  /** How many sets were joined so far. */
  readonly joins: number
  /** Of a set, and of all that are published with it: the number they share. */
  rootOf(set: number): number
  nameOf(set: number): string
  /** Ballots in the set and all that are published with it. */
  ballotsIn(set: number): number
  /** Has it published with others, by `ballotsIn` of these where one is to be chosen. False if it may not be, or already is. */
  join(set: number, ballotsIn?: (set: number) => number): boolean
}

/** A division of a part of the ballots: those that carry one contest. */
export interface ScopedDivision extends Division {
  /** Joins what has some of these ballots and fewer than `least`, until all that may be joined has enough, or is all there is. */
  joinSmall(least: number): void
}

interface Sets { readonly names: readonly string[], readonly ballots: readonly number[] }

/** Chunks, and whatever else was published before: nothing of it can be joined any more. `together` names pairs that were. */
export function fixedDivision(sets: Sets, together: Iterable<readonly [set: number, other: number]> = []): Division {
  const { division, unite } = createDivision(sets)
  for (const [set, other] of together) unite(set, other)
  return { ...division, joins: 0, join: () => false }
}

/** Groups of voters: those that are joined count under one more set, the last. Where that one is itself too small, it takes the smallest other. */
export function groupDivision(sets: Sets): Division {
  const other = sets.names.length
  const { division, unite } = createDivision({ names: [...sets.names, ''], ballots: [...sets.ballots, 0] })
  let joins = 0
  const isJoined = (set: number): boolean => division.rootOf(set) === division.rootOf(other)
  return {
    ...division,
    get joins() { return joins },
    join(set, ballotsIn = division.ballotsIn) {
      const next = isJoined(set) ? smallest(sets.names.keys(), { ...division, ballotsIn }, (one) => !isJoined(one) && ballotsIn(one) > 0) : set
      if (next === undefined || isJoined(next)) return false
      unite(next, other)
      joins += 1
      return true
    },
  }
}

/** Places: one that is small is shown with the smallest other of its kin, which lies in exactly the same units. */
export function placeDivision(sets: Sets & { readonly kin: readonly string[] }): Division {
  const { division, unite } = createDivision(sets)
  let joins = 0
  return {
    ...division,
    get joins() { return joins },
    join(set, ballotsIn = division.ballotsIn) {
      const root = division.rootOf(set)
      const target = smallest(sets.names.keys(), { ...division, ballotsIn }, (at) => division.rootOf(at) === at && at !== root && sets.kin[at] === sets.kin[root] && ballotsIn(at) > 0)
      if (target === undefined) return false
      unite(root, target)
      joins += 1
      return true
    },
  }
}

/** The same sets, of which only these ballots (by set) are looked at. */
export function withinScope(division: Division, ballots: ReadonlyMap<number, number>): ScopedDivision {
  let sums = new Map<number, number>()
  let joinsThen = Number.NaN
  const ballotsIn = (set: number): number => {
    if (joinsThen !== division.joins) {
      joinsThen = division.joins
      sums = new Map()
      for (const [one, count] of ballots) sums.set(division.rootOf(one), (sums.get(division.rootOf(one)) ?? 0) + count)
    }
    return sums.get(division.rootOf(set)) ?? 0
  }
  const scoped: ScopedDivision = {
    ...division,
    get joins() { return division.joins },
    ballotsIn,
    join: (set) => division.join(set, ballotsIn),
    joinSmall(least) {
      const passedOver = new Set<number>()
      for (;;) {
        const roots = new Set([...ballots.keys()].map(division.rootOf))
        const small = roots.size < 2 ? undefined : smallest(roots, scoped, (set) => !passedOver.has(set) && ballotsIn(set) < least)
        if (small === undefined) return
        if (!scoped.join(small)) passedOver.add(small)
      }
    },
  }
  return scoped
}

/** A set, and the division that it is of. */
export interface SetOf { readonly division: Pick<Division, 'ballotsIn' | 'nameOf'>, readonly set: number }

/** The smaller first, equal ones by name. */
export function compareSets(one: SetOf, other: SetOf): number {
  return one.division.ballotsIn(one.set) - other.division.ballotsIn(other.set) || (one.division.nameOf(one.set) < other.division.nameOf(other.set) ? -1 : 1)
}

function smallest(sets: Iterable<number>, division: Pick<Division, 'ballotsIn' | 'nameOf'>, isWanted: (set: number) => boolean): number | undefined {
  return [...sets].filter(isWanted).toSorted((one, other) => compareSets({ division, set: one }, { division, set: other }))[0]
}

function createDivision({ names, ballots }: Sets): { division: Omit<Division, 'join' | 'joins'>, unite: (set: number, other: number) => void } {
  const { rootOf, unite } = createUnion(names.length)
  const sums = [...ballots]
  return {
    division: { width: names.length, rootOf, nameOf: (set) => names[set] ?? '', ballotsIn: (set) => sums[rootOf(set)] ?? 0 },
    unite(set, other) {
      const [from, to] = [rootOf(set), rootOf(other)]
      if (from === to) return
      unite(from, to)
      sums[to] = (sums[to] ?? 0) + (sums[from] ?? 0)
    },
  }
}
