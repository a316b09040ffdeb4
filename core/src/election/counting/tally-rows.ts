/**
 * The views that are counted, where every ballot is open; where they are secret, docs/decisions/how-choices-are-released.md
 * says what each row holds, and when. A row is one key of a view with its counts (see `Layout`); ids in a key are joined by `/`:
 *
 * | view | key | contests in the counts |
 * |---|---|---|
 * | `place` | leaf unit / channel | of the leaf's ballot style |
 * | `breakdown` | names (joined by `,`) / values (joined by `,`) | all |
 * | `pane` | unit or nothing / start of the pane in ms, and / its size in ms unless it is 10 s | of the unit; all without one |
 * | `late` | unit or nothing | of the unit; all without one |
 * | `correction` | unit or nothing | of the unit; all without one. Sums of corrections, which may be negative |
 * | `frontier`, `held`, `leaf` | only where ballots are secret | |
 *
 * The units of `pane`, `late` and `correction` are the first-level units.
 */
export const TALLY_VIEWS = ['place', 'breakdown', 'pane', 'late', 'correction', 'frontier', 'held', 'leaf'] as const
export type TallyView = (typeof TALLY_VIEWS)[number]

export interface TallyRow { readonly view: TallyView, readonly key: string, readonly counts: readonly number[] }

export interface MutableRow { readonly view: TallyView, readonly key: string, readonly counts: number[], isChanged: boolean }

export interface TallyRows {
  /** The row, made with zeros if there is none. */
  get(view: TallyView, key: string, width: number): MutableRow
  of(view: TallyView): MutableRow[]
  /** Adds amounts at places; `map` gives the row's place of each of them where its layout is another. */
  add(row: MutableRow, additions: { readonly places: readonly number[], readonly amounts: readonly number[] }, map?: Int32Array): void
  /** The caller has changed its counts. */
  touch(row: MutableRow): void
  /** Copies of the rows that changed since the last call. */
  takeChanges(): TallyRow[]
  readonly changes: number
  /** Lets go of a row; what changed in it must have been taken. */
  forget(row: MutableRow): void
  all(): TallyRow[]
}

/** The rows of one box, beginning with stored ones. */
export function createTallyRows(stored: Iterable<TallyRow>): TallyRows {
  const byKey = new Map<string, MutableRow>()
  const idOf = (view: TallyView, key: string): string => `${view}:${key}`
  let changed: MutableRow[] = []
  for (const { view, key, counts } of stored) byKey.set(idOf(view, key), { view, key, counts: [...counts], isChanged: false })
  const touch = (row: MutableRow): void => {
    if (row.isChanged) return
    row.isChanged = true
    changed.push(row)
  }
  const copy = ({ view, key, counts }: MutableRow): TallyRow => ({ view, key, counts: [...counts] })
  return {
    get(view, key, width) {
      const id = idOf(view, key)
      const known = byKey.get(id)
      if (known !== undefined) return known
      const row: MutableRow = { view, key, counts: Array.from({ length: width }, () => 0), isChanged: false }
      byKey.set(id, row)
      return row
    },
    of: (view) => [...byKey.values()].filter((row) => row.view === view),
    add(row, { places, amounts }, map) {
      const { counts } = row
      for (let at = 0; at < places.length; at += 1) {
        const place = places[at] ?? 0
        const target = map === undefined ? place : map[place] ?? 0
        counts[target] = (counts[target] ?? 0) + (amounts[at] ?? 0)
      }
      touch(row)
    },
    touch,
    takeChanges() {
      const taken = changed
      changed = []
      for (const row of taken) row.isChanged = false
      return taken.map(copy)
    },
    get changes() { return changed.length },
    forget(row) {
      byKey.delete(idOf(row.view, row.key))
    },
    all: () => [...byKey.values()].filter(({ counts }) => counts.some((count) => count !== 0)).map(copy),
  }
}
