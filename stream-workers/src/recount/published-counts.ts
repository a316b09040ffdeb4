import type { Cells } from './cell-counts.js'

/** One record of a revision: a row of a view, absolute. */
export type PublishedRow = [view: string, key: string, counts: number[]]

/** A cell that was told anew: what it said before, and what it says. */
export interface ToldAnew { readonly cell: string, readonly before: number, readonly after: number }

/** What a reader of the revisions knows, one after another. */
export interface PublishedCounts {
  readonly cells: Cells
  /** Registered voters of groups, by the key of their row. */
  readonly electorate: ReadonlyMap<string, readonly number[]>
  /** Takes the rows of the next revision; a full one says all there is. Hands on what it tells anew. */
  apply(rows: readonly PublishedRow[], isFull: boolean, onChange: (change: ToldAnew) => void): void
}

export function createPublishedCounts(): PublishedCounts {
  const cells: Cells = new Map()
  const electorate = new Map<string, readonly number[]>()
  const widths = new Map<string, number>()

  const applyRow = (row: string, counts: readonly number[], onChange: (change: ToldAnew) => void): void => {
    const width = Math.max(counts.length, widths.get(row) ?? 0)
    for (let place = 0; place < width; place += 1) {
      const cell = `${row}|${place}`
      const [before, after] = [cells.get(cell) ?? 0, counts[place] ?? 0]
      if (before === after) continue
      if (after === 0) cells.delete(cell)
      else cells.set(cell, after)
      onChange({ cell, before, after })
    }
    if (counts.length === 0) widths.delete(row)
    else widths.set(row, counts.length)
  }
  return {
    cells,
    electorate,
    apply(rows, isFull, onChange) {
      const vanished = new Set(isFull ? widths.keys() : [])
      if (isFull) electorate.clear()
      for (const [view, key, counts] of rows) {
        if (view === 'electorate') electorate.set(key, counts)
        else if (view !== 'eligible') {
          applyRow(`${view}|${key}`, counts, onChange)
          vanished.delete(`${view}|${key}`)
        }
      }
      for (const row of vanished) applyRow(row, [], onChange)
    },
  }
}
