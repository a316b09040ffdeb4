import type { ResultRow, TallyRow } from '@livetally/core/election'
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
  markChanged(ids: Iterable<string>): void
  readonly hasChanges: boolean
  /** Every sum that is not zero. */
  all(): ResultRow[]
}

interface Box { generation: number, nextSeq: number, newestAt: number | null, rows: Map<string, TallyRow> }
interface Sum { view: TallyRow['view'], key: string, counts: number[] }

export function createMergedTallies(): MergedTallies {
  const boxes = new Map<number, Box>()
  const sums = new Map<string, Sum>()
  const changed = new Set<string>()

  const applyRow = (box: Box, row: TallyRow): void => {
    const id = rowId(row)
    const known = box.rows.get(id)?.counts ?? []
    const sum = sums.get(id) ?? { view: row.view, key: row.key, counts: row.counts.map(() => 0) }
    row.counts.forEach((count, at) => { sum.counts[at] = (sum.counts[at] ?? 0) + count - (known[at] ?? 0) })
    sums.set(id, sum)
    box.rows.set(id, row)
    changed.add(id)
  }

  return {
    update({ box: at, generation, fromSeq, toSeq, newestAt, rows }) {
      const box = boxes.get(at) ?? { generation: 1, nextSeq: 0, newestAt: null, rows: new Map<string, TallyRow>() }
      if (generation < box.generation || (generation === box.generation && toSeq <= box.nextSeq)) return 'REPEAT'
      if (generation > box.generation || fromSeq > box.nextSeq) return 'GAP'
      boxes.set(at, box)
      for (const row of rows) applyRow(box, row)
      box.nextSeq = toSeq
      box.newestAt = newestAt
      return 'APPLIED'
    },
    replace({ box: at, generation, nextSeq, newestAt, rows }) {
      const box = boxes.get(at) ?? { generation, nextSeq, newestAt, rows: new Map<string, TallyRow>() }
      boxes.set(at, box)
      const vanished = new Set(box.rows.keys())
      for (const row of rows) {
        vanished.delete(rowId(row))
        if (!sameCounts(box.rows.get(rowId(row))?.counts, row.counts)) applyRow(box, row)
      }
      for (const id of vanished) {
        const row = box.rows.get(id)
        if (row !== undefined) applyRow(box, { ...row, counts: row.counts.map(() => 0) })
        box.rows.delete(id)
      }
      Object.assign(box, { generation, nextSeq, newestAt })
    },
    position: (at) => boxes.get(at),
    vector: (sealed) => [...boxes].toSorted(([one], [other]) => one - other)
      .map(([box, { generation, nextSeq }]) => ({ box, generation, nextSeq, sealedSeq: sealed.get(box) ?? null })),
    newestAt: (at) => boxes.get(at)?.newestAt ?? null,
    takeChanges() {
      const rows = [...changed].flatMap((id) => {
        const sum = sums.get(id)
        return sum === undefined ? [] : [copyOf(sum)]
      })
      changed.clear()
      return rows
    },
    markChanged(ids) {
      for (const id of ids) changed.add(id)
    },
    get hasChanges() { return changed.size > 0 },
    all: () => [...sums.values()].filter(({ counts }) => counts.some((count) => count !== 0)).map(copyOf),
  }
}

export const rowId = ({ view, key }: Pick<ResultRow, 'view' | 'key'>): string => `${view}:${key}`

function copyOf({ view, key, counts }: Sum): ResultRow {
  return { view, key, counts: [...counts] }
}

function sameCounts(one: readonly number[] | undefined, other: readonly number[]): boolean {
  return one !== undefined && one.length === other.length && one.every((count, at) => count === other[at])
}
