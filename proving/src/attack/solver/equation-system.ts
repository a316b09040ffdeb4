import { sparseCells, wideCells, type Cells } from './cells.js'
import { inverse, PRIME, residue } from './field.js'

/** One equation of the reduced system. Its `pivot` has the coefficient 1, and none in any other equation. */
export interface Row { pivot: number, cells: Cells, isWide: boolean, weight: number }

/** Equations over a prime field, kept reduced (Gauss and Jordan): an unknown is determined when its equation has no other. */
export interface EquationSystem {
  readonly rows: readonly Row[]
  /** Adds the sum of these unknowns. False if it follows from what is known. */
  add(columns: Int32Array): boolean
  /** Solves an equation for another of its unknowns. False if it has none of that number. */
  exchange(row: Row, pivot: number): boolean
}

/** Above this part of all unknowns an equation is kept as an array. */
const WIDE_PART = 1 / 16

interface Options {
  /** Ballots that each unknown stands for. */
  weights: Int32Array
  /** Coefficients that may be kept; more throw. */
  mostCells: number
  /** Told of every equation that comes to stand for other ballots. */
  onChange?: (row: Row) => void
}

export function createEquationSystem({ weights, mostCells, onChange = () => undefined }: Options): EquationSystem {
  const width = weights.length
  const rows: Row[] = []
  const wide = new Set<Row>()
  const byPivot = new Map<number, Row>()
  const holders = new Map<number, Set<Row>>()
  let cells = 0

  const keep = (count: number): void => {
    cells += count
    if (cells > mostCells) throw new Error(`The equations fill more than ${mostCells.toLocaleString('en-US')} places: attack fewer ballots at once.`)
  }
  const index = (row: Row, column: number, isIn: boolean): void => {
    if (row.isWide) return
    keep(isIn ? 1 : -1)
    const known = holders.get(column)
    if (!isIn) known?.delete(row)
    else if (known === undefined) holders.set(column, new Set([row]))
    else known.add(row)
  }
  const put = (row: Row, column: number, value: number): void => {
    const before = row.cells.get(column)
    row.cells.set(column, value)
    if ((before === 0) === (value === 0)) return
    row.weight += (value === 0 ? -1 : 1) * (weights[column] ?? 0)
    index(row, column, value !== 0)
  }
  const widen = (row: Row): void => {
    if (row.isWide || row.cells.size <= width * WIDE_PART) return
    const widened = wideCells(width)
    for (const column of [...row.cells.columns()]) {
      widened.set(column, row.cells.get(column))
      index(row, column, false)
    }
    row.cells = widened
    row.isWide = true
    wide.add(row)
    keep(width)
  }
  const subtract = (row: Row, other: Row, factor: number): void => {
    for (const column of other.cells.columns()) put(row, column, residue(row.cells.get(column) - factor * other.cells.get(column) % PRIME))
    widen(row)
    onChange(row)
  }
  /** Makes the coefficient of `pivot` 1 and takes the unknown out of all other equations. */
  const solveFor = (row: Row, pivot: number): void => {
    const factor = inverse(row.cells.get(pivot))
    if (factor !== 1) for (const column of [...row.cells.columns()]) row.cells.set(column, row.cells.get(column) * factor % PRIME)
    byPivot.delete(row.pivot)
    row.pivot = pivot
    byPivot.set(pivot, row)
    for (const other of [...holders.get(pivot) ?? [], ...wide]) {
      const value = other === row ? 0 : other.cells.get(pivot)
      if (value !== 0) subtract(other, row, value)
    }
  }
  /** The unknown that fewest other equations have, among the first. */
  const cheapest = ({ cells: own }: Row): number => {
    let [best, fewest, looked] = [-1, Number.POSITIVE_INFINITY, 0]
    for (const column of own.columns()) {
      const count = holders.get(column)?.size ?? 0
      if (count < fewest) [best, fewest] = [column, count]
      looked += 1
      if (looked === 64) break
    }
    return best
  }
  return {
    rows,
    add(columns) {
      const row: Row = { pivot: -1, cells: sparseCells(), isWide: false, weight: 0 }
      for (const column of columns) put(row, column, 1)
      widen(row)
      for (const column of columns) {
        const solved = byPivot.get(column)
        const value = row.cells.get(column)
        if (solved !== undefined && value !== 0) subtract(row, solved, value)
      }
      if (row.cells.size === 0) {
        if (wide.delete(row)) keep(-width)
        return false
      }
      rows.push(row)
      solveFor(row, cheapest(row))
      onChange(row)
      return true
    },
    exchange(row, pivot) {
      if (pivot === row.pivot || row.cells.get(pivot) === 0) return false
      solveFor(row, pivot)
      return true
    },
  }
}
