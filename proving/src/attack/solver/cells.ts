/** The coefficients of one equation, by the number of the unknown; never zero. */
export interface Cells {
  get(column: number): number
  set(column: number, value: number): void
  /** How many are not zero. */
  readonly size: number
  /** May be changed elsewhere meanwhile, but not here. */
  columns(): Iterable<number>
}

/** For equations over few unknowns. */
export function sparseCells(): Cells {
  const values = new Map<number, number>()
  return {
    get: (column) => values.get(column) ?? 0,
    set(column, value) {
      if (value === 0) values.delete(column)
      else values.set(column, value)
    },
    get size() { return values.size },
    columns: () => values.keys(),
  }
}

/** For equations over a good part of all unknowns. */
export function wideCells(width: number): Cells {
  const values = new Float64Array(width)
  let size = 0
  return {
    get: (column) => values[column] ?? 0,
    set(column, value) {
      size += Number(value !== 0) - Number(values[column] !== 0)
      values[column] = value
    },
    get size() { return size },
    * columns() {
      for (let column = 0; column < width; column += 1) if (values[column] !== 0) yield column
    },
  }
}
