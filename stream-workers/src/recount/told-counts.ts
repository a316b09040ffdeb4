import type { Cells } from './cell-counts.js'
import type { RecountSecrecy } from './secret-cells.js'

/** What results should tell of the boxes as far as they are counted: a sum of all of them, and which cells of it changed. */
export interface ToldCounts {
  readonly cells: Cells
  /** Adds to what one box counts. */
  add(cell: string, by: number): void
  /** The cells that changed since the last call. */
  takeChanged(): Set<string>
  /** From now on choices are those of places, where they were those of wider units; `shownWith` names the place that a small one is shown with, and that is told, too: 1 + its number among the leaves. `boxes` are the counts of all boxes. */
  showPlaces(boxes: Iterable<Cells>, shownWith: ReadonlyMap<string, string>): void
  readonly showsPlaces: boolean
}

export function createToldCounts(secrecy: RecountSecrecy | undefined): ToldCounts {
  const cells: Cells = new Map()
  let changed = new Set<string>()
  let showsPlaces = false
  let shownWith: ReadonlyMap<string, string> = new Map()
  const leaves = [...secrecy?.cellOf.keys() ?? []]

  const placeOf = (cell: string): string => {
    const [, key = '', place = ''] = cell.split('|')
    const [leaf = '', channel = ''] = key.split('/')
    return `place|${shownWith.get(leaf) ?? leaf}/${channel}|${place}`
  }
  const toldAs = (cell: string): string | undefined => {
    if (secrecy === undefined) return cell
    const view = cell.slice(0, cell.indexOf('|'))
    switch (view) {
      case 'released':
        if (!showsPlaces) return `place${cell.slice(view.length)}`
        return cell.includes('~') ? undefined : placeOf(cell)
      case 'leaf': return showsPlaces ? placeOf(cell) : undefined
      // Turnout stays where it was.
      case 'place': return showsPlaces && !cell.endsWith('|0') ? placeOf(cell) : cell
      case 'held': return undefined
      // Choices by groups are told joined, in rows of their own.
      case 'breakdown': return cell.endsWith('|0') ? cell : undefined
      default: return cell
    }
  }
  const add = (cell: string, by: number): void => {
    const told = toldAs(cell)
    if (told === undefined) return
    cells.set(told, (cells.get(told) ?? 0) + by)
    changed.add(told)
  }
  return {
    cells,
    add,
    takeChanged() {
      const taken = changed
      changed = new Set()
      return taken
    },
    showPlaces(boxes, places) {
      showsPlaces = true
      shownWith = places
      for (const cell of cells.keys()) changed.add(cell)
      cells.clear()
      for (const box of boxes) for (const [cell, count] of box) add(cell, count)
      for (const [place, other] of places) add(`joined|${place}|0`, 1 + leaves.indexOf(other))
    },
    get showsPlaces() { return showsPlaces },
  }
}
