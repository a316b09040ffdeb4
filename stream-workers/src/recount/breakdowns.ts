import type { Cells } from './cell-counts.js'

/** Names of a breakdown joined by `,`, as tallies and revisions write them. */
type Breakdown = string

/** Every breakdown that somebody may have counted: while an edit of them makes its way, boxes and revisions stand at different ones. */
export function breakdownsToCount(...sets: readonly Iterable<Breakdown>[]): string[][] {
  return [...new Set(sets.flatMap((set) => [...set]))].map((names) => names.split(','))
}

/** The breakdowns of which cells say anything but zero. */
export function toldBreakdowns(cells: Cells): Set<Breakdown> {
  const told = new Set<Breakdown>()
  for (const [cell, count] of cells) {
    const names = breakdownOf(cell)
    if (names !== undefined && count !== 0) told.add(names)
  }
  return told
}

/** The cells of these breakdowns, and all that belong to none. */
export function withBreakdowns(cells: Cells, names: ReadonlySet<Breakdown>): Cells {
  return new Map([...cells].filter(([cell]) => {
    const own = breakdownOf(cell)
    return own === undefined || names.has(own)
  }))
}

const VIEW = 'breakdown|'

/** The breakdown that a cell belongs to. */
export function breakdownOf(cell: string): Breakdown | undefined {
  return cell.startsWith(VIEW) ? cell.slice(VIEW.length, cell.indexOf('/')) : undefined
}
