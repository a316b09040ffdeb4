import { createCells, type Cells } from '../counting/cells.js'
import type { Structure } from '../structure/structure.js'
import { createKeyIndex } from './key-index.js'
import { WHOLE_ELECTION, type ResultRow, type ResultView } from './result-row.js'
import { createResultsAt, type ResultsAt } from './results-at.js'

export { RevisionGoneError } from '../counting/cells.js'

export interface Results {
  readonly structure: Structure
  readonly revision: number
  /** The definition was edited: names and breakdowns may be others now, contests and units are not. */
  adopt(structure: Structure): void
  /**
   * Takes the records of one revision. Those of a full one replace everything known. `readableFrom` is the oldest revision
   * that a reader may still hold; what only older ones need is let go.
   */
  apply(revision: number, rows: Iterable<ResultRow>, isFull?: boolean, readableFrom?: number): void
  /** What the newest revision says. */
  at(): ResultsAt
}

/** How many revisions back a reader may look, unless it is said. At 20 revisions a second this is 10 s: longer than any query may take. */
const KEPT_REVISIONS = 200

/**
 * Holds the newest results of one election and sums leaves upwards as records come in. Readers hold on to a revision while
 * newer ones are taken in beside them: each count keeps its recent versions, so that an answer is always a sum over one vector.
 */
export function createResults(first: Structure): Results {
  const cells = createCells()
  const groups = createKeyIndex()
  let structure = first
  let revision = 0

  /** `place` is a leaf, or a cell in which secret ballots are gathered. */
  const addUpwards = (view: 'place' | 'eligible', place: string, suffix: string, counts: readonly number[]): void => {
    const id = `${view}:${place}${suffix}`
    const known = cells.newest(id) ?? []
    const differences = counts.map((count, at) => count - (known[at] ?? 0))
    if (differences.every((count) => count === 0) && known.length > 0) return
    cells.write(id, counts)
    const { layout: own, containers } = structure.secrecy?.cell(place) ?? { layout: structure.layout(place), containers: structure.units.get(place)?.containers ?? [] }
    for (const container of [...containers, WHOLE_ELECTION]) {
      // Turnout alone has one place, which is the first of every layout.
      if (counts.length === 1) cells.add(`${view}:${container}${suffix}`, 1, differences)
      else {
        const layout = structure.layout(container)
        cells.add(`${view}:${container}${suffix}`, layout.width, differences, layout === own ? undefined : own.placesIn(layout))
      }
    }
  }
  /** Ballots more of a cell whose choices are released. */
  const addReleased = (cell: string, ballots: number): void => {
    const { leaves = [], containers = [] } = structure.secrecy?.cell(cell) ?? {}
    for (const unit of [...leaves.length === 1 ? leaves : [], ...containers, WHOLE_ELECTION]) cells.add(`released:${unit}`, 1, [ballots])
  }
  const applyRow = ({ view, key, counts }: ResultRow): void => {
    const [first = '', second = ''] = key.split('/')
    switch (view) {
      case 'place': return addUpwards('place', first, `/${second}`, counts)
      case 'eligible': return addUpwards('eligible', first, '', counts)
      case 'frontier':
        groups.add(view, key)
        addReleased(second, (counts[RELEASED] ?? 0) - (cells.newest(`${view}:${key}`)?.[RELEASED] ?? 0))
        break
      case 'breakdown':
      case 'group':
      case 'electorate':
      case 'pane': groups.add(`${view}:${first}`, key.slice(first.length + 1)); break
      case 'late':
      case 'joined':
      case 'correction': break
      default: view satisfies never
    }
    cells.write(`${view}:${key}`, counts)
  }

  return {
    get structure() { return structure },
    get revision() { return revision },
    adopt(edited) { structure = edited },
    apply(next, rows, isFull = false, readableFrom = next - KEPT_REVISIONS) {
      revision = next
      cells.begin(next, readableFrom)
      const taken = isFull ? withVanished(rows, cells, structure) : rows
      for (const row of taken) applyRow(row)
    },
    at() {
      const asked = revision
      return createResultsAt(structure, asked, groups, (id) => cells.readAt(id, asked))
    },
  }
}

/** In a row of view `frontier`. */
const RELEASED = 1

/** A full revision holds every key that counts: what was known and is not in it has become zero. */
function* withVanished(rows: Iterable<ResultRow>, cells: Cells, structure: Structure): Iterable<ResultRow> {
  const named = new Set<string>()
  for (const row of rows) {
    named.add(`${row.view}:${row.key}`)
    yield row
  }
  const vanished: ResultRow[] = []
  for (const [id, counts] of cells.counted()) {
    if (named.has(id)) continue
    const colon = id.indexOf(':')
    const view = id.slice(0, colon) as ResultView | 'released'
    if (view === 'released') continue
    const key = id.slice(colon + 1)
    const [place = ''] = key.split('/')
    const isSum = (view === 'place' || view === 'eligible') && structure.units.get(place)?.isLeaf !== true && structure.secrecy?.cell(place) === undefined
    if (!isSum) vanished.push({ view, key, counts: counts.map(() => 0) })
  }
  yield* vanished
}
