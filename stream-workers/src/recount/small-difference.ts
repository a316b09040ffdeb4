/** Ballots that lie in set `one` of the one partition and set `other` of the other. */
export interface Crossing { readonly one: number, readonly other: number, readonly ballots: number }

/** Edges that are looked at, over all rounds of one pair of partitions. */
const MOST_STEPS = 200_000_000

/**
 * Whether some difference between unions of sets of two partitions is of fewer than `least` ballots: whether some connected
 * component of the multigraph of their sets and ballots has a cut of fewer edges. Sets for which `isGiven` may be small by
 * themselves, for they are published as they are: each counts with the neighbour it shares most ballots with.
 *
 * Maximum-adjacency orderings (Nagamochi, Ono, Ibaraki 1994): two nodes that are joined by `least` ballots when the second is
 * reached are never separated by a smaller cut and become one; the last node of an ordering has the least cut between it and
 * the one before. So either a small cut shows, or the graph shrinks. Undefined if it would take too long to tell.
 */
export function findSmallDifference(crossings: readonly Crossing[], sizes: { readonly one: number, readonly other: number }, least: number, isGiven: (set: number, of: 'ONE' | 'OTHER') => boolean): boolean | undefined {
  const parents = Array.from({ length: sizes.one + sizes.other }, (_, node) => node)
  const rootOf = (node: number): number => {
    let root = node
    while (parents[root] !== root) root = parents[root] ?? root
    while (parents[node] !== root) {
      const next = parents[node] ?? root
      parents[node] = root
      node = next
    }
    return root
  }
  const edges = crossings.map(({ one, other, ballots }) => ({ from: one, to: sizes.one + other, ballots }))
  giveSmallSets(edges, sizes.one, least, isGiven, (node, to) => { parents[rootOf(node)] = rootOf(to) })

  for (let steps = 0; ;) {
    const graph = contracted(edges, rootOf)
    if (graph.size === 0) return false
    steps += [...graph.values()].reduce((sum, neighbours) => sum + neighbours.size, 0) + edges.length
    if (steps > MOST_STEPS) return undefined
    for (const component of orderings(graph, least)) {
      if ((component.at(-1)?.adjacency ?? least) < least) return true
      const order = new Map(component.map(({ node }, at) => [node, at]))
      // Scanned in the order in which they are reached, each edge adds to what its later end shares with those before.
      const reached = new Map<number, number>()
      for (const { node } of component) {
        for (const [other, ballots] of graph.get(node) ?? []) {
          if ((order.get(other) ?? 0) < (order.get(node) ?? 0)) continue
          const sum = (reached.get(other) ?? 0) + ballots
          reached.set(other, sum)
          if (sum >= least) parents[rootOf(other)] = rootOf(node)
        }
      }
    }
  }
}

interface Edge { readonly from: number, readonly to: number, readonly ballots: number }
type Graph = Map<number, Map<number, number>>

function giveSmallSets(edges: readonly Edge[], ones: number, least: number, isGiven: (set: number, of: 'ONE' | 'OTHER') => boolean, give: (node: number, to: number) => void): void {
  const totals = new Map<number, number>()
  const most = new Map<number, Edge>()
  for (const edge of edges) {
    for (const node of [edge.from, edge.to]) {
      totals.set(node, (totals.get(node) ?? 0) + edge.ballots)
      if (edge.ballots > (most.get(node)?.ballots ?? 0)) most.set(node, edge)
    }
  }
  for (const [node, total] of totals) {
    const edge = most.get(node)
    if (total < least && edge !== undefined && (node < ones ? isGiven(node, 'ONE') : isGiven(node - ones, 'OTHER'))) give(node, node === edge.from ? edge.to : edge.from)
  }
}

/** Nodes that became one, with the ballots between different ones added up; nodes without any are left out. */
function contracted(edges: readonly Edge[], rootOf: (node: number) => number): Graph {
  const graph: Graph = new Map()
  const add = (from: number, to: number, ballots: number): void => {
    const neighbours = graph.get(from) ?? new Map<number, number>()
    graph.set(from, neighbours)
    neighbours.set(to, (neighbours.get(to) ?? 0) + ballots)
  }
  for (const { from, to, ballots } of edges) {
    const [one, other] = [rootOf(from), rootOf(to)]
    if (one === other) continue
    add(one, other, ballots)
    add(other, one, ballots)
  }
  return graph
}

/** A maximum-adjacency ordering of each component: next is always a node that shares most ballots with those before it. From `least` on more are as good. */
function* orderings(graph: Graph, least: number): Iterable<{ node: number, adjacency: number }[]> {
  const done = new Set<number>()
  for (const start of graph.keys()) {
    if (done.has(start)) continue
    const component: { node: number, adjacency: number }[] = []
    const adjacency = new Map<number, number>([[start, 0]])
    // By how much they share; what has been overtaken is skipped.
    const queue: number[][] = []
    const push = (node: number, shared: number): void => { (queue[Math.min(shared, least)] ??= []).push(node) }
    push(start, 0)
    for (let top = 0; top >= 0;) {
      const node = queue[top]?.pop()
      if (node === undefined) {
        top -= 1
        continue
      }
      const shares = adjacency.get(node) ?? 0
      if (done.has(node) || Math.min(shares, least) !== top) continue
      done.add(node)
      component.push({ node, adjacency: shares })
      for (const [other, ballots] of graph.get(node) ?? []) {
        if (done.has(other)) continue
        const shared = (adjacency.get(other) ?? 0) + ballots
        adjacency.set(other, shared)
        push(other, shared)
        top = Math.max(top, Math.min(shared, least))
      }
    }
    yield component
  }
}
