/**
 * Puts fresh rows where the reader saw them last: a row that is still there keeps its place, one that came takes the
 * place of one that went. `isMoved` says that the order is no longer the one asked for.
 */
export function keepPlace<Row extends object>(shown: readonly Row[], fresh: readonly Row[], keyOf: (row: Row) => string): { rows: Row[], isMoved: boolean } {
  const byKey = new Map(fresh.map((row) => [keyOf(row), row]))
  const shownKeys = new Set(shown.map(keyOf))
  const newcomers = fresh.filter((row) => !shownKeys.has(keyOf(row)))
  const rows = shown.flatMap((row) => {
    const same = byKey.get(keyOf(row))
    if (same !== undefined) return [same]
    const newcomer = newcomers.shift()
    return newcomer === undefined ? [] : [newcomer]
  })
  rows.push(...newcomers)
  return { rows, isMoved: rows.some((row, at) => row !== fresh[at]) }
}
