/** So many ballots lie in set `one` and in set `other`. Sets are numbered from 0, those of both partitions together. */
export interface Edge { readonly one: number, readonly other: number, readonly ballots: number }

/**
 * Finds a cut of fewer than `least` ballots in a connected component of the multigraph of sets and ballots: the sets on one
 * side of it. Undefined if there is none. A difference between unions of sets has the ballots of a cut as its support: if
 * every cut has `least` ballots, no difference tells of fewer.
 *
 * Maximum-adjacency orderings with contraction (Nagamochi and Ibaraki 1992), keys bounded by `least`: what an ordering shows
 * to be connected by so many ballots is contracted, and a set that comes last with fewer is a small cut. Near-linear in the edges.
 */
export function findSmallCut(sets: number, edges: readonly Edge[], least: number): number[] | undefined {
  const { rootOf, unite } = createUnion(sets)
  for (const { one, other, ballots } of edges) if (ballots >= least) unite(one, other)
  for (;;) {
    const graph = contract(edges, rootOf)
    const seen = new Set<number>()
    const alike: [number, number][] = []
    for (const start of graph.keys()) {
      if (seen.has(start)) continue
      const { last, degree, connected } = order(graph, start, least, seen)
      if (last !== start && degree < least) return Array.from({ length: sets }, (_, set) => set).filter((set) => rootOf(set) === last)
      for (const pair of connected) alike.push(pair)
    }
    if (alike.length === 0) return undefined
    for (const [one, other] of alike) unite(one, other)
  }
}

type Graph = ReadonlyMap<number, ReadonlyMap<number, number>>

function contract(edges: readonly Edge[], rootOf: (set: number) => number): Graph {
  const graph = new Map<number, Map<number, number>>()
  const add = (from: number, to: number, ballots: number): void => {
    const neighbours = graph.get(from) ?? new Map<number, number>()
    graph.set(from, neighbours.set(to, (neighbours.get(to) ?? 0) + ballots))
  }
  for (const { one, other, ballots } of edges) {
    const [from, to] = [rootOf(one), rootOf(other)]
    if (from === to) continue
    add(from, to, ballots)
    add(to, from, ballots)
  }
  return graph
}

/** Orders the component of `start`; marks it as seen. `connected`: pairs with at least `least` ballots between them, by whatever ways. */
function order(graph: Graph, start: number, least: number, seen: Set<number>): { last: number, degree: number, connected: [number, number][] } {
  const adjacency = new Map<number, number>([[start, 0]])
  const buckets: number[][] = Array.from({ length: least + 1 }, () => [])
  const connected: [number, number][] = []
  let [last, degree, top] = [start, 0, 0]
  buckets[0]?.push(start)
  while (top >= 0) {
    const next = buckets[top]?.pop()
    if (next === undefined) {
      top -= 1
      continue
    }
    if (seen.has(next)) continue
    seen.add(next)
    last = next
    degree = adjacency.get(next) ?? 0
    for (const [neighbour, ballots] of graph.get(next) ?? []) {
      if (seen.has(neighbour)) continue
      const key = (adjacency.get(neighbour) ?? 0) + ballots
      adjacency.set(neighbour, key)
      if (key >= least) connected.push([next, neighbour])
      const bounded = Math.min(key, least)
      buckets[bounded]?.push(neighbour)
      top = Math.max(top, bounded)
    }
  }
  return { last, degree, connected }
}

export interface Union { rootOf(set: number): number, unite(one: number, other: number): void }

/** Sets that grow together (Tarjan 1975). */
export function createUnion(sets: number): Union {
  const parents = Array.from({ length: sets }, (_, set) => set)
  const rootOf = (set: number): number => {
    let root = set
    while ((parents[root] ?? root) !== root) root = parents[root] ?? root
    for (let at = set; at !== root;) {
      const next = parents[at] ?? root
      parents[at] = root
      at = next
    }
    return root
  }
  return { rootOf, unite(one, other) { parents[rootOf(one)] = rootOf(other) } }
}
