import type { ResultRow, TallyRow, TallyView } from '@livetally/core/election'
import type { BoxState, VectorEntry } from '@livetally/core/store'

/** What a box's announcement means for what is known of the box. */
export type Merge = 'APPLIED' | 'REPEAT' | 'GAP'

export interface BoxUpdate { box: number, generation: number, fromSeq: number, toSeq: number, newestAt: number | null, rows: readonly TallyRow[] }

/** The tallies of all boxes of one election, added up. */
export interface MergedTallies {
  /** Takes a change of one box, if it follows what is known. */
  update(update: BoxUpdate): Merge
  /** Takes a whole box as Postgres holds it. Rows that are not in it any more become zero. */
  replace(state: BoxState & { rows: readonly TallyRow[] }): void
  position(box: number): { generation: number, nextSeq: number } | undefined
  vector(sealed: ReadonlyMap<number, number>): VectorEntry[]
  /** Event time of the newest ballot of each box, ms; null before its first. */
  newestAt(box: number): number | null
  /** Absolute sums that changed since the last call. */
  takeChanges(): ResultRow[]
  /** Marks rows as changed again, so that they are published once more. */
  markChanged(rows: Iterable<Pick<ResultRow, 'view' | 'key'>>): void
  readonly hasChanges: boolean
  /** Number of rows that `all` would give at the most. */
  readonly size: number
  /** Every sum that is not zero. */
  all(): ResultRow[]
}

/** Counts by row id. A large election has hundreds of thousands of rows per box: no object more than needed is kept for each. */
interface Box { generation: number, nextSeq: number, newestAt: number | null, counts: Map<string, readonly number[]> }
interface Sum { readonly id: string, counts: number[] }

export function createMergedTallies(): MergedTallies {
  const boxes = new Map<number, Box>()
  const sums = new Map<string, Sum>()
  const changed = new Set<Sum>()

  const sumOf = (row: Pick<ResultRow, 'view' | 'key'>, width: number): Sum => {
    const id = `${row.view}:${row.key}`
    const known = sums.get(id)
    if (known !== undefined) return known
    const made = { id, counts: Array.from({ length: width }, () => 0) }
    sums.set(id, made)
    return made
  }
  const apply = (box: Box, sum: Sum, counts: readonly number[]): void => {
    const known = box.counts.get(sum.id) ?? []
    counts.forEach((count, at) => { sum.counts[at] = (sum.counts[at] ?? 0) + count - (known[at] ?? 0) })
    box.counts.set(sum.id, counts)
    changed.add(sum)
  }
  const boxAt = (at: number, generation: number): Box => {
    const box = boxes.get(at) ?? { generation, nextSeq: 0, newestAt: null, counts: new Map<string, readonly number[]>() }
    boxes.set(at, box)
    return box
  }

  return {
    update({ box: at, generation, fromSeq, toSeq, newestAt, rows }) {
      const known = boxes.get(at) ?? { generation: 1, nextSeq: 0 }
      if (generation < known.generation || (generation === known.generation && toSeq <= known.nextSeq)) return 'REPEAT'
      if (generation > known.generation || fromSeq > known.nextSeq) return 'GAP'
      const box = boxAt(at, generation)
      for (const row of rows) apply(box, sumOf(row, row.counts.length), row.counts)
      box.nextSeq = toSeq
      box.newestAt = newestAt
      return 'APPLIED'
    },
    replace({ box: at, generation, nextSeq, newestAt, rows }) {
      const box = boxAt(at, generation)
      const vanished = new Set(box.counts.keys())
      for (const row of rows) {
        const sum = sumOf(row, row.counts.length)
        vanished.delete(sum.id)
        if (!sameCounts(box.counts.get(sum.id), row.counts)) apply(box, sum, row.counts)
      }
      for (const id of vanished) {
        const sum = sums.get(id)
        if (sum !== undefined) apply(box, sum, sum.counts.map(() => 0))
        box.counts.delete(id)
      }
      Object.assign(box, { generation, nextSeq, newestAt })
    },
    position: (at) => boxes.get(at),
    vector: (sealed) => [...boxes].toSorted(([one], [other]) => one - other)
      .map(([box, { generation, nextSeq }]) => ({ box, generation, nextSeq, sealedSeq: sealed.get(box) ?? null })),
    newestAt: (at) => boxes.get(at)?.newestAt ?? null,
    takeChanges() {
      const rows = [...changed].map(rowOf)
      changed.clear()
      return rows
    },
    markChanged(rows) {
      for (const row of rows) changed.add(sumOf(row, 1))
    },
    get hasChanges() { return changed.size > 0 },
    get size() { return sums.size },
    all: () => [...sums.values()].filter(({ counts }) => counts.some((count) => count !== 0)).map(rowOf),
  }
}

function rowOf({ id, counts }: Sum): ResultRow {
  const colon = id.indexOf(':')
  return { view: id.slice(0, colon) as TallyView, key: id.slice(colon + 1), counts: [...counts] }
}

function sameCounts(one: readonly number[] | undefined, other: readonly number[]): boolean {
  return one !== undefined && one.length === other.length && one.every((count, at) => count === other[at])
}
