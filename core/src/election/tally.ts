import type { BallotEntry, BoxEntry } from './ballot.js'
import type { ContestShape, Structure } from './structure.js'
import { paneStart, PANE_MS } from './window.js'

/**
 * The views that are counted. A row is one key of a view with its counts; ids in a key are joined by `/`:
 *
 * | view | key | counts |
 * |---|---|---|
 * | `turnout` | leaf unit / channel | `[ballots]` |
 * | `contest` | contest / leaf unit / channel | contest counts |
 * | `breakdown` | attributes (joined by `,`) / contest or nothing / values (joined by `,`) | contest counts, or `[ballots]` without a contest |
 * | `pane` | contest or nothing / unit or nothing / start of the pane in ms | contest counts, or `[ballots]` |
 * | `late` | contest or nothing / unit or nothing | contest counts, or `[ballots]` |
 *
 * Contest counts are `[ballots, undervotes, overvotes, votes of option 0, of option 1 …]` in ballot order.
 */
export const TALLY_VIEWS = ['turnout', 'contest', 'breakdown', 'pane', 'late'] as const
export type TallyView = (typeof TALLY_VIEWS)[number]

export interface TallyRow { readonly view: TallyView, readonly key: string, readonly counts: readonly number[] }

/** Where the options begin in contest counts. */
export const FIRST_OPTION = 3
export const BALLOTS = 0
export const UNDERVOTES = 1
export const OVERVOTES = 2

/** The value counted for voters of whom an attribute is not known. No value of a definition can have this id. */
export const UNKNOWN_VALUE = '_unknown'

interface MutableRow { view: TallyView, key: string, counts: number[], changed: boolean }

/** What a contest got from one ballot: computed once, then added to every view. */
interface Marks { contest: ContestShape, undervotes: number, overvotes: number, options: number[] }

/** One scope (a leaf's channel, an attribute value, a pane) with its row per contest, found once and kept. */
interface Scope { ballots: MutableRow, contests: Map<string, MutableRow> }

export interface Tally {
  /** Adds one entry. Returns false if it names a polling place, contest or option that the structure does not know; nothing is counted then. */
  add(entry: BoxEntry): boolean
  /** The rows that changed since the last call, absolute. */
  takeChanges(): TallyRow[]
  /** Rows that `takeChanges` would give. */
  readonly changes: number
  rows(): TallyRow[]
  /** Event time of the newest ballot, ms; −∞ before the first. */
  readonly newestAt: number
}

/**
 * The counts of one ballot box: a fold over its entries from `seq` 0, or from a state that an earlier fold stored.
 * Equal entries in equal order always give equal rows, lateness included (it is decided from the box's entries alone).
 */
export function createTally(structure: Structure, stored?: { rows: Iterable<TallyRow>, newestAt: number }): Tally {
  const rows = createRows(stored?.rows ?? [])
  const { source, disorderMs, graceMs } = structure.definition.time
  const isImported = source === 'IMPORTED'
  let newestAt = stored?.newestAt ?? Number.NEGATIVE_INFINITY

  const places = new Map<string, Scope>()
  const groups = new Map<string, Scope>()
  const panes = new Map<number, Scope>()
  const lateScope: Scope = { ballots: rows.get('late', '/', 1), contests: new Map() }

  const placeScope = (ballot: BallotEntry): Scope => {
    const id = `${ballot.unit}/${ballot.channel}`
    return remember(places, id, () => ({ ballots: rows.get('turnout', id, 1), contests: new Map() }))
  }
  const groupScope = (attributes: readonly string[], values: string): Scope => {
    const names = attributes.join(',')
    return remember(groups, `${names}/${values}`, () => ({ ballots: rows.get('breakdown', `${names}//${values}`, 1), contests: new Map() }))
  }
  const paneScope = (start: number): Scope => {
    if (panes.size > 512) panes.clear()
    return remember(panes, start, () => ({ ballots: rows.get('pane', `//${start}`, 1), contests: new Map() }))
  }
  const addTo = (scope: Scope, view: TallyView, keyOf: (contest: string) => string, marks: readonly Marks[]): void => {
    bump(scope.ballots, BALLOTS, 1, rows.changed)
    for (const mark of marks) {
      const row = remember(scope.contests, mark.contest.id, () => rows.get(view, keyOf(mark.contest.id), FIRST_OPTION + mark.contest.optionIndex.size))
      bump(row, BALLOTS, 1, rows.changed)
      if (mark.undervotes > 0) bump(row, UNDERVOTES, mark.undervotes, rows.changed)
      if (mark.overvotes > 0) bump(row, OVERVOTES, mark.overvotes, rows.changed)
      for (const option of mark.options) bump(row, FIRST_OPTION + option, 1, rows.changed)
    }
  }
  const addBallot = (ballot: BallotEntry, marks: readonly Marks[]): void => {
    addTo(placeScope(ballot), 'contest', (contest) => `${contest}/${ballot.unit}/${ballot.channel}`, marks)
    for (const attributes of structure.breakdowns) {
      const values = attributes.map((id) => ballot.attributes[id] ?? UNKNOWN_VALUE).join(',')
      addTo(groupScope(attributes, values), 'breakdown', (contest) => `${attributes.join(',')}/${contest}/${values}`, marks)
    }
    const start = paneStart(ballot.castAt)
    if (isImported && start + PANE_MS + graceMs <= newestAt - disorderMs) addTo(lateScope, 'late', (contest) => `${contest}/`, marks)
    else addTo(paneScope(start), 'pane', (contest) => `${contest}//${start}`, marks)
  }

  return {
    add(entry) {
      if (entry.kind === 'BALLOT') {
        const marks = marksOf(structure, entry)
        if (marks === undefined) return false
        addBallot(entry, marks)
        newestAt = Math.max(newestAt, entry.castAt)
      }
      return true
    },
    takeChanges: () => rows.takeChanges(),
    get changes() { return rows.changed.length },
    rows: () => rows.all(),
    get newestAt() { return newestAt },
  }
}

function marksOf(structure: Structure, ballot: BallotEntry): Marks[] | undefined {
  const style = structure.ballotStyle(ballot.unit)
  if (structure.units.get(ballot.unit)?.isLeaf !== true) return undefined
  let named = 0
  const marks = style.map((contest): Marks | undefined => {
    const marked = ballot.selections[contest.id]
    if (marked !== undefined) named += 1
    const options = (marked ?? []).map((id) => contest.optionIndex.get(id) ?? -1)
    if (options.includes(-1)) return undefined
    if (options.length > contest.votesAllowed) return { contest, undervotes: 0, overvotes: contest.votesAllowed, options: [] }
    return { contest, undervotes: contest.votesAllowed - options.length, overvotes: 0, options }
  }).filter((mark) => mark !== undefined)
  return marks.length === style.length && named === Object.keys(ballot.selections).length ? marks : undefined
}

interface Rows {
  readonly changed: MutableRow[]
  get(view: TallyView, key: string, width: number): MutableRow
  all(): TallyRow[]
  takeChanges(): TallyRow[]
}

function createRows(stored: Iterable<TallyRow>): Rows {
  const byKey = new Map<string, MutableRow>()
  const changed: MutableRow[] = []
  for (const { view, key, counts } of stored) byKey.set(`${view}:${key}`, { view, key, counts: [...counts], changed: false })
  const copy = ({ view, key, counts }: MutableRow): TallyRow => ({ view, key, counts: [...counts] })
  return {
    changed,
    get: (view, key, width) => remember(byKey, `${view}:${key}`, () => ({ view, key, counts: Array.from({ length: width }, () => 0), changed: false })),
    all: () => [...byKey.values()].filter((row) => row.counts.some((count) => count !== 0)).map(copy),
    takeChanges() {
      const taken = changed.splice(0)
      for (const row of taken) row.changed = false
      return taken.map(copy)
    },
  }
}

function bump(row: MutableRow, cell: number, by: number, changed: MutableRow[]): void {
  row.counts[cell] = (row.counts[cell] ?? 0) + by
  if (row.changed) return
  row.changed = true
  changed.push(row)
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
