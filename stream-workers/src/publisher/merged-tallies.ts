import type { ResultRow, Structure, TallyRow } from '@livetally/core/election'
import type { BoxState, VectorEntry } from '@livetally/core/store'
import { areSameViews } from '../views.js'
import type { ReleasePlan } from './release-plan.js'
import { createToldSums, type Sum } from './told-sums.js'

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
  /** Secret choices of groups and places are told from now on as the plan says; undefined: not (a restored database may hold boxes that are open again). */
  release(plan: ReleasePlan | undefined): void
  /** What is told otherwise than at the last call, absolute. */
  takeChanges(): ResultRow[]
  /** What was taken last was not published: it is given again. */
  putBack(): void
  readonly hasChanges: boolean
  /** Number of rows that `all` would give, nearly. */
  readonly size: number
  /** Everything that is told and not zero. */
  all(): ResultRow[]
}

/** Counts by row id. A large election has hundreds of thousands of rows per box: no object more than needed is kept for each. */
interface Box { generation: number, nextSeq: number, chain: string, newestAt: number | null, views: readonly string[], counts: Map<string, readonly number[]> }

export function createMergedTallies(structure: Pick<Structure, 'secrecy' | 'leaves'>): MergedTallies {
  const boxes = new Map<number, Box>()
  const sums = new Map<string, Sum>()
  const told = createToldSums(structure, sums)
  let changed = new Set<Sum>()
  let taken: ReadonlySet<Sum> = changed
  let wanted: readonly string[] = []

  const compareShown = (): void => {
    const filled = [...boxes.values()].filter(({ nextSeq }) => nextSeq > 0)
    const now = new Set(wanted.filter((name) => filled.every(({ views }) => views.includes(name))))
    for (const sum of told.show(now)) changed.add(sum)
  }
  const sumOf = ({ view, key, counts }: TallyRow): Sum => {
    const id = `${view}:${key}`
    const known = sums.get(id)
    if (known !== undefined) return known
    const made: Sum = { id, view, key, names: view === 'breakdown' ? key.slice(0, key.indexOf('/')) : undefined, counts: counts.map(() => 0), isPublished: false }
    sums.set(id, made)
    return made
  }
  /** What is held back of single ballots is summed up nowhere. */
  const summed = (rows: readonly TallyRow[]): readonly TallyRow[] => structure.secrecy === undefined ? rows : rows.filter(({ view }) => view !== 'held')
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
      for (const row of summed(rows)) apply(box, sumOf(row), row.counts)
      const isFirst = box.nextSeq === 0
      Object.assign(box, { nextSeq: toSeq, chain, newestAt, views })
      if (isFirst) compareShown()
      return 'APPLIED'
    },
    replace({ box: at, generation, nextSeq, chain, newestAt, views, rows }) {
      const box = boxAt(at, generation)
      const vanished = new Set(box.counts.keys())
      for (const row of summed(rows)) {
        const sum = sumOf(row)
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
    release(plan) {
      for (const sum of told.follow(plan)) changed.add(sum)
    },
    takeChanges() {
      taken = changed
      changed = new Set()
      return told.changes(taken)
    },
    putBack() {
      for (const sum of taken) changed.add(sum)
    },
    get shown() { return told.shown },
    get hasChanges() { return changed.size > 0 },
    get size() { return sums.size },
    all: () => told.all(),
  }
}

function sameCounts(one: readonly number[] | undefined, other: readonly number[]): boolean {
  return one !== undefined && one.length === other.length && one.every((count, at) => count === other[at])
}
