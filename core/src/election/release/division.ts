import { createUnion } from './small-cut.js'

/** A way to divide all ballots into sets, each of which is published as a sum; and which sets are published together. Sets are numbered from 0. */
export interface Division {
  readonly width: number
  /** Of a set, and of all that are published with it: the number they share. */
  rootOf(set: number): number
  nameOf(set: number): string
  /** Ballots in the set and all that are published with it. */
  ballotsIn(set: number): number
  /** Has it published with others. False if it may not be, or already is. */
  join(set: number): boolean
}

interface Sets { readonly names: readonly string[], readonly ballots: readonly number[] }

/** Chunks, and whatever else was published before: nothing of it can be joined any more. `together` names pairs that were. */
export function fixedDivision(sets: Sets, together: Iterable<readonly [set: number, other: number]> = []): Division {
  const { division, unite } = createDivision(sets)
  for (const [set, other] of together) unite(set, other)
  return { ...division, join: () => false }
}

/** Groups of voters: those that are joined count under one more set, the last. */
export function groupDivision(sets: Sets, least: number): Division {
  const other = sets.names.length
  const { division, unite } = createDivision({ names: [...sets.names, ''], ballots: [...sets.ballots, 0] })
  const join = (set: number): boolean => {
    if (set === other || division.rootOf(set) === division.rootOf(other)) return false
    unite(set, other)
    return true
  }
  const ascending = sets.names.map((_, set) => set).toSorted((one, two) => compareSets(division, one, two))
  for (const set of ascending) {
    const isSmall = (sets.ballots[set] ?? 0) < least
    const hasRoom = division.rootOf(other) !== other && division.ballotsIn(other) < least
    if (isSmall || hasRoom) join(set)
  }
  return { ...division, join }
}

/** Places: one that is small is shown with the smallest other of its kin, which lies in exactly the same units. */
export function placeDivision(sets: Sets & { readonly kin: readonly string[] }, least: number): Division {
  const { division, unite } = createDivision(sets)
  const join = (set: number): boolean => {
    const root = division.rootOf(set)
    const others = sets.names.map((_, at) => at).filter((at) => division.rootOf(at) === at && at !== root && sets.kin[at] === sets.kin[root] && division.ballotsIn(at) > 0)
    const target = others.toSorted((one, two) => compareSets(division, one, two))[0]
    if (target === undefined) return false
    unite(root, target)
    return true
  }
  const passedOver = new Set<number>()
  for (;;) {
    const small = sets.names.map((_, set) => set)
      .filter((set) => division.rootOf(set) === set && !passedOver.has(set) && division.ballotsIn(set) > 0 && division.ballotsIn(set) < least)
      .toSorted((one, two) => compareSets(division, one, two))[0]
    if (small === undefined) return { ...division, join }
    if (!join(small)) passedOver.add(small)
  }
}

/** The smaller first, equal ones by name. */
export function compareSets(division: Pick<Division, 'ballotsIn' | 'nameOf'>, one: number, other: number): number {
  return division.ballotsIn(one) - division.ballotsIn(other) || (division.nameOf(one) < division.nameOf(other) ? -1 : 1)
}

function createDivision({ names, ballots }: Sets): { division: Omit<Division, 'join'>, unite: (set: number, other: number) => void } {
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
