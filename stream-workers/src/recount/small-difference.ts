/** Ballots that lie in set `one` of the one partition and set `other` of the other. */
export interface Crossing { readonly one: number, readonly other: number, readonly ballots: number }

/** Edges that are looked at, over all rounds of one pair of partitions: a minute or so. */
const MOST_STEPS = 50_000_000

/**
 * Whether some difference between unions of sets of two partitions is of fewer than `least` ballots: whether some connected
 * component of the multigraph of their sets and ballots has a cut of fewer edges. A set for which `isGiven` may be small by
 * itself, for it is published as it is: then only that is told which parts of it are, so it counts with whatever it shares most with.
 *
 * Maximum-adjacency orderings (Nagamochi, Ono, Ibaraki 1994): two nodes that are joined by `least` ballots when the second is
 * reached are never separated by a smaller cut and become one; the last node of an ordering has the least cut between it and
 * the one before. So either a small cut shows, or the graph shrinks. Undefined if it would take too long to tell.
 */
export function findSmallDifference(crossings: readonly Crossing[], sizes: { readonly one: number, readonly other: number }, least: number, isGiven: (set: number, of: 'ONE' | 'OTHER') => boolean): boolean | undefined {
  const { rootOf, unite } = createUnions(sizes.one + sizes.other)
  const edges = crossings.map(({ one, other, ballots }) => ({ from: one, to: sizes.one + other, ballots }))
  const totals = new Map<number, number>()
  for (const { from, to, ballots } of edges) for (const node of [from, to]) totals.set(node, (totals.get(node) ?? 0) + ballots)
  const isSmall = (node: number): boolean => (totals.get(node) ?? 0) < least && (node < sizes.one ? isGiven(node, 'ONE') : isGiven(node - sizes.one, 'OTHER'))
  const others = edges.filter(({ from, to }) => !isSmall(from) && !isSmall(to))
  let steps = 0
  const graphOf = (some: readonly Edge[]): Graph => {
    steps += 2 * some.length
    return contracted(some, rootOf)
  }
  // First without the small ones, as far as that goes: what is joined without them is joined.
  for (let graph = graphOf(others), size = -1; graph.size > 0 && graph.size !== size && steps <= MOST_STEPS; graph = graphOf(others)) {
    size = graph.size
    shrink(graph, least, unite)
  }
  giveSmallSets(edges, isSmall, rootOf, unite)
  while (steps <= MOST_STEPS) {
    const graph = graphOf(edges)
    if (graph.size === 0) return false
    if (shrink(graph, least, unite) === 'SMALL') return true
  }
  return undefined
}

function createUnions(size: number): { rootOf: (node: number) => number, unite: (node: number, other: number) => void } {
  const parents = Array.from({ length: size }, (_, node) => node)
  const rootOf = (node: number): number => {
    let root = node
    while (parents[root] !== root) root = parents[root] ?? root
    for (let at = node; at !== root;) {
      const next = parents[at] ?? root
      parents[at] = root
      at = next
    }
    return root
  }
  return { rootOf, unite: (node, other) => { parents[rootOf(node)] = rootOf(other) } }
}

/** One round of orderings: makes one of nodes that no small cut separates, and says whether a small cut showed. */
function shrink(graph: Graph, least: number, unite: (node: number, other: number) => void): 'SMALL' | 'SHRUNK' {
  let found: 'SMALL' | 'SHRUNK' = 'SHRUNK'
  for (const component of orderings(graph, least)) {
    if ((component.at(-1)?.adjacency ?? least) < least) found = 'SMALL'
    const order = new Map(component.map(({ node }, at) => [node, at]))
    // Scanned in the order in which they are reached, each edge adds to what its later end shares with those before.
    const reached = new Map<number, number>()
    for (const { node } of component) {
      for (const [other, ballots] of graph.get(node) ?? []) {
        if ((order.get(other) ?? 0) < (order.get(node) ?? 0)) continue
        const sum = (reached.get(other) ?? 0) + ballots
        reached.set(other, sum)
        if (sum >= least) unite(other, node)
      }
    }
  }
  return found
}

interface Edge { readonly from: number, readonly to: number, readonly ballots: number }
type Graph = Map<number, Map<number, number>>

/** Each small set becomes one with the node that it shares most ballots with. */
function giveSmallSets(edges: readonly Edge[], isSmall: (node: number) => boolean, rootOf: (node: number) => number, unite: (node: number, other: number) => void): void {
  const shares = new Map<number, Map<number, number>>()
  for (const { from, to, ballots } of edges) {
    for (const [node, other] of [[from, rootOf(to)], [to, rootOf(from)]] as const) {
      if (!isSmall(node)) continue
      const own = shares.get(node) ?? new Map<number, number>()
      shares.set(node, own.set(other, (own.get(other) ?? 0) + ballots))
    }
  }
  for (const [node, own] of shares) {
    const [most] = [...own].toSorted(([, one], [, other]) => other - one)
    if (most !== undefined) unite(node, most[0])
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
