import type { ResultRow, TallyRow, TallyView } from '@livetally/core/election'
import type { BoxState, VectorEntry } from '@livetally/core/store'
import { areSameViews } from '../views.js'

/** What a box's announcement means for what is known of the box. */
export type Merge = 'APPLIED' | 'REPEAT' | 'GAP'

/** `fromChain`, `chain`: the box's digests before and after; empty where it holds nothing, or they are not told. */
export interface BoxUpdate { box: number, generation: number, fromSeq: number, toSeq: number, fromChain: string, chain: string, newestAt: number | null, views: readonly string[], rows: readonly TallyRow[] }

/** The tallies of all boxes of one election, added up. */
export interface MergedTallies {
  /** Takes a change of one box, if it follows what is known. */
  update(update: BoxUpdate): Merge
  /** Takes a whole box as Postgres holds it. Rows that are not in it any more become zero. */
  replace(state: BoxState & { rows: readonly TallyRow[] }): void
  position(box: number): { generation: number, nextSeq: number } | undefined
  /** Whether the box is known as Postgres holds it: as far, of the same history, and counting the same. */
  isKnown(state: BoxState): boolean
  vector(sealed: ReadonlyMap<number, number>): VectorEntry[]
  /** Event time of the newest ballot of each box, ms; null before its first. */
  newestAt(box: number): number | null
  /** Names of the breakdowns that may be shown: those wanted that every box counts. One that becomes complete appears as a whole, one that is no longer wanted becomes zero. */
  want(views: readonly string[]): void
  /** Names of the breakdowns that are shown. */
  readonly shown: readonly string[]
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
interface Box { generation: number, nextSeq: number, chain: string, newestAt: number | null, views: readonly string[], counts: Map<string, readonly number[]> }
/** `names`: of the breakdown it belongs to; undefined for other views. */
interface Sum { readonly id: string, readonly names: string | undefined, readonly counts: number[], isPublished: boolean }

export function createMergedTallies(): MergedTallies {
  const boxes = new Map<number, Box>()
  const sums = new Map<string, Sum>()
  const changed = new Set<Sum>()
  let wanted: readonly string[] = []
  let shown: ReadonlySet<string> = new Set()

  const isShown = ({ names }: Sum): boolean => names === undefined || shown.has(names)
  const compareShown = (): void => {
    const filled = [...boxes.values()].filter(({ nextSeq }) => nextSeq > 0)
    const now = new Set(wanted.filter((name) => filled.every(({ views }) => views.includes(name))))
    for (const sum of sums.values()) if (sum.names !== undefined && shown.has(sum.names) !== now.has(sum.names)) changed.add(sum)
    shown = now
  }
  const sumOf = (row: Pick<ResultRow, 'view' | 'key'>, width: number): Sum => {
    const id = `${row.view}:${row.key}`
    const known = sums.get(id)
    if (known !== undefined) return known
    const made = { id, names: row.view === 'breakdown' ? row.key.slice(0, row.key.indexOf('/')) : undefined, counts: Array.from({ length: width }, () => 0), isPublished: false }
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
    const box = boxes.get(at) ?? { generation, nextSeq: 0, chain: '', newestAt: null, views: [], counts: new Map<string, readonly number[]>() }
    boxes.set(at, box)
    return box
  }

  return {
    update({ box: at, generation, fromSeq, toSeq, fromChain, chain, newestAt, views, rows }) {
      const known = boxes.get(at) ?? { generation: 1, nextSeq: 0, chain: '' }
      if (generation < known.generation || (generation === known.generation && toSeq <= known.nextSeq)) return 'REPEAT'
      // Flushes begin where the last one ended. One that begins earlier, or with another digest, is of another history: of before the database was restored.
      if (generation > known.generation || fromSeq !== known.nextSeq || fromChain !== known.chain) return 'GAP'
      const box = boxAt(at, generation)
      for (const row of rows) apply(box, sumOf(row, row.counts.length), row.counts)
      const isFirst = box.nextSeq === 0
      Object.assign(box, { nextSeq: toSeq, chain, newestAt, views })
      if (isFirst) compareShown()
      return 'APPLIED'
    },
    replace({ box: at, generation, nextSeq, chain, newestAt, views, rows }) {
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
      Object.assign(box, { generation, nextSeq, chain, newestAt, views })
      compareShown()
    },
    want(views) {
      wanted = views
      compareShown()
    },
    position: (at) => boxes.get(at),
    isKnown({ box: at, generation, nextSeq, chain, views }) {
      const known = boxes.get(at)
      return known?.generation === generation && known.nextSeq === nextSeq && known.chain === chain && areSameViews(known.views, views)
    },
    vector: (sealed) => [...boxes].toSorted(([one], [other]) => one - other)
      .map(([box, { generation, nextSeq }]) => ({ box, generation, nextSeq, sealedSeq: sealed.get(box) ?? null })),
    newestAt: (at) => boxes.get(at)?.newestAt ?? null,
    takeChanges() {
      const rows = [...changed].flatMap((sum) => {
        const show = isShown(sum)
        if (!show && !sum.isPublished) return []
        sum.isPublished = show
        return [show ? rowOf(sum) : { ...rowOf(sum), counts: sum.counts.map(() => 0) }]
      })
      changed.clear()
      return rows
    },
    markChanged(rows) {
      for (const row of rows) changed.add(sumOf(row, 1))
    },
    get shown() { return [...shown] },
    get hasChanges() { return changed.size > 0 },
    get size() { return sums.size },
    all: () => [...sums.values()].filter((sum) => isShown(sum) && sum.counts.some((count) => count !== 0)).map(rowOf),
  }
}

function rowOf({ id, counts }: Sum): ResultRow {
  const colon = id.indexOf(':')
  return { view: id.slice(0, colon) as TallyView, key: id.slice(colon + 1), counts: [...counts] }
}

function sameCounts(one: readonly number[] | undefined, other: readonly number[]): boolean {
  return one !== undefined && one.length === other.length && one.every((count, at) => count === other[at])
}
