import { compareSets, type Division } from './division.js'
import { findSmallCut, type Edge } from './small-cut.js'

/** Ballots that lie in a set of the one division and a set of the other. */
export interface Crossing { readonly one: Division, readonly other: Division, readonly cells: Iterable<readonly [one: number, other: number, ballots: number]> }

/**
 * Joins sets of two divisions of the same ballots until no difference between unions of sets tells of fewer than `least`
 * ballots: until the minimum cut of every connected component of the multigraph of sets and ballots has so many. The smallest
 * set on the small side is joined first. What cannot be mended, since nothing may be joined, is left. Joining contracts the graphs
 * of other pairs, too, so that none of them gets a smaller cut by it.
 */
export function joinCrossing({ one, other, cells }: Crossing, least: number): void {
  const known = [...cells]
  for (;;) {
    const edges = edgesOf(known, one, other)
    const side = findSmallCut(one.width + other.width, edges, least)
    if (side === undefined || !mend(one, other, side, edges)) return
  }
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
  return sides.some((sets) => [...sets].map(placeOf).toSorted(compareAcross).some(({ division, set }) => division.join(set)))
}

function compareAcross(left: { division: Division, set: number }, right: { division: Division, set: number }): number {
  if (left.division === right.division) return compareSets(left.division, left.set, right.set)
  return left.division.ballotsIn(left.set) - right.division.ballotsIn(right.set) || (left.division.nameOf(left.set) < right.division.nameOf(right.set) ? -1 : 1)
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
