import { compareSets, type Division } from './division.js'
import { findSmallCut, type Edge } from './small-cut.js'

/** Ballots that lie in a set of the one division and a set of the other. `isTold` names sets of the one that are told although they are too small: nobody else is there. */
export interface Crossing {
  readonly one: Division
  readonly other: Division
  readonly cells: Iterable<readonly [one: number, other: number, ballots: number]>
  readonly isTold: (division: Division, set: number) => boolean
}

/**
 * Joins sets of two divisions of the same ballots until no difference between unions of sets tells of fewer than `least`
 * ballots: until the minimum cut of every connected component of the multigraph of sets and ballots has so many. The smallest
 * set on the small side is joined first. What cannot be mended, since nothing may be joined, is left. Joining contracts the graphs
 * of other pairs, too, so that none of them gets a smaller cut by it.
 *
 * Sets that are told although they are too small are known anyhow. They must not tell of others by what they bridge: without
 * them, every component is as well connected, and none falls apart.
 *
 * Yields before each look at the whole graph: with many ballots one takes a tenth of a second.
 */
export function* joinCrossing({ one, other, cells, isTold }: Crossing, least: number): Generator<undefined, void> {
  const known = [...cells]
  for (;;) {
    yield
    const edges = edgesOf(known, one, other)
    const isBridge = (edge: Edge): boolean => isTold(one, edge.one) || isTold(other, edge.other - one.width)
    const held = edges.filter((edge) => !isBridge(edge))
    const side = findSmallCut(one.width + other.width, held, least) ?? findBridged(held, edges.filter(isBridge), (set) => set < one.width ? isTold(one, set) : isTold(other, set - one.width))
    if (side === undefined || !mend(one, other, side, edges)) return
  }
}

/** A component that hangs together with another by sets that are told anyhow, and by nothing else. */
function findBridged(held: readonly Edge[], bridges: readonly Edge[], isTold: (set: number) => boolean): number[] | undefined {
  const reached = new Map<number, ReadonlySet<number>>()
  const componentAt = (set: number): ReadonlySet<number> => {
    const known = reached.get(set)
    if (known !== undefined) return known
    const found = componentOf(new Set([set]), held)
    for (const member of found) reached.set(member, found)
    return found
  }
  const touched = new Map<number, ReadonlySet<number>>()
  for (const { one, other } of bridges) {
    const [told, set] = isTold(one) ? [one, other] : [other, one]
    if (isTold(set)) continue
    const component = componentAt(set)
    const before = touched.get(told)
    if (before !== undefined && before !== component) return [...before.size <= component.size ? before : component]
    touched.set(told, component)
  }
  return undefined
}

function edgesOf(cells: readonly (readonly [number, number, number])[], one: Division, other: Division): Edge[] {
  const sums = new Map<number, { readonly one: number, readonly other: number, ballots: number }>()
  for (const [left, right, ballots] of cells) {
    const [from, to] = [one.rootOf(left), other.rootOf(right)]
    const key = from * other.width + to
    const known = sums.get(key)
    if (known === undefined) sums.set(key, { one: from, other: one.width + to, ballots })
    else known.ballots += ballots
  }
  return [...sums.values()]
}

/** False if nothing can be joined on either side of the cut. */
function mend(one: Division, other: Division, side: readonly number[], edges: readonly Edge[]): boolean {
  const first = new Set(side)
  const second = new Set([...componentOf(first, edges)].filter((set) => !first.has(set)))
  const inside = (sets: ReadonlySet<number>): number => edges.reduce((sum, edge) => sets.has(edge.one) && sets.has(edge.other) ? sum + edge.ballots : sum, 0)
  const sides = inside(first) <= inside(second) ? [first, second] : [second, first]
  const placeOf = (set: number) => set < one.width ? { division: one, set } : { division: other, set: set - one.width }
  return sides.some((sets) => [...sets].map(placeOf).toSorted(compareSets).some(({ division, set }) => division.join(set)))
}

function componentOf(start: ReadonlySet<number>, edges: readonly Edge[]): Set<number> {
  const neighbours = new Map<number, number[]>()
  const add = (from: number, to: number): void => {
    const known = neighbours.get(from)
    if (known === undefined) neighbours.set(from, [to])
    else known.push(to)
  }
  for (const { one, other } of edges) {
    add(one, other)
    add(other, one)
  }
  const found = new Set(start)
  const waiting = [...start]
  for (let set = waiting.pop(); set !== undefined; set = waiting.pop()) {
    for (const neighbour of neighbours.get(set) ?? []) {
      if (found.has(neighbour)) continue
      found.add(neighbour)
      waiting.push(neighbour)
    }
  }
  return found
}
