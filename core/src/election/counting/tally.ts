import type { BallotEntry, BoxEntry, CorrectionEntry } from '../ballot.js'
import type { Layout } from '../structure/layout.js'
import { UNIT_GROUP, type Structure, type Unit } from '../structure/structure.js'
import { additionsOfBallot, additionsOfCorrection, type Additions } from './additions.js'
import { createTallyRows, type MutableRow, type TallyRow } from './tally-rows.js'
import { NOTHING_ROLLED, openPanesFrom, PANE_MS, paneSize, paneStart, type RolledPanes } from '../window.js'

/** The value counted for voters of whom an attribute is not known. No value of a definition can have this id. */
export const UNKNOWN_VALUE = '_unknown'

/** Where a fold goes on from: what an earlier one stored. Rows of closed panes need not be there. */
export interface TallyState {
  readonly rows: Iterable<TallyRow>
  readonly newestAt: number
  readonly rolled?: RolledPanes
  /** Breakdowns (names joined by `,`) that were counted so far, where they are others than the structure's. */
  readonly views?: readonly string[]
}

export interface Tally {
  /** Adds one entry. Returns false if it names a polling place, contest or option that the structure does not know; nothing is counted then. */
  add(entry: BoxEntry): boolean
  /** The rows that changed since the last call, absolute. Rows of closed panes are forgotten with it: nothing is added to them any more. */
  takeChanges(): TallyRow[]
  /** Rows that `takeChanges` would give. */
  readonly changes: number
  /** Every row that is still known and not zero. */
  rows(): TallyRow[]
  /** Event time of the newest entry that says one, ms; −∞ before the first. */
  readonly newestAt: number
}

/** What a leaf's ballots are added to, found once and kept. */
interface Leaf {
  readonly unit: Unit
  readonly layout: Layout
  readonly byChannel: Map<string, MutableRow>
  readonly timeline: Timeline | undefined
  readonly inWhole: Int32Array
  readonly inFirstLevel: Int32Array
  /** Per breakdown: the fixed value of each name that is a kind of unit. */
  readonly groups: readonly (readonly (string | undefined)[])[]
}

/** One scope of event time: the whole election, or a first-level unit. */
interface Timeline { readonly unit: string, readonly layout: Layout, panes: Map<number, MutableRow> }

/**
 * The counts of one ballot box: a fold over its entries from `seq` 0, or from a state that an earlier fold stored.
 * Equal entries in equal order always give equal rows, lateness included (it is decided from the box's entries alone).
 */
export function createTally(structure: Structure, stored?: TallyState): Tally {
  const rows = createTallyRows(stored?.rows ?? [])
  const rolled = stored?.rolled ?? NOTHING_ROLLED
  const { time } = structure.definition
  const whole = structure.layout('')
  let newestAt = stored?.newestAt ?? Number.NEGATIVE_INFINITY
  let openFrom = openPanesFrom(time, newestAt)

  const leaves = new Map<string, Leaf | undefined>()
  const timelines = new Map<string, Timeline>()
  let forgottenTo = Number.NaN
  const breakdowns = stored?.views?.map((names) => names.split(',')) ?? structure.breakdowns
  const cells = breakdowns.map((names) => ({ names, prefix: `${names.join(',')}/`, rows: new Map<string, MutableRow>() }))

  const leafOf = (id: string): Leaf | undefined => {
    if (leaves.has(id)) return leaves.get(id)
    const unit = structure.units.get(id)
    const leaf = unit?.isLeaf === true ? makeLeaf(unit) : undefined
    leaves.set(id, leaf)
    return leaf
  }
  const makeLeaf = (unit: Unit): Leaf => {
    const layout = structure.layout(unit.id)
    return {
      unit, layout, byChannel: new Map(), timeline: unit.firstLevel === undefined ? undefined : timelineOf(unit.firstLevel),
      inWhole: layout.placesIn(whole),
      inFirstLevel: unit.firstLevel === undefined ? new Int32Array() : layout.placesIn(structure.layout(unit.firstLevel)),
      groups: breakdowns.map((names) => names.map((name) => name.startsWith(UNIT_GROUP) ? structure.groupOf(unit.id, name) ?? UNKNOWN_VALUE : undefined)),
    }
  }
  const placeRow = (leaf: Leaf, channel: string): MutableRow =>
    remember(leaf.byChannel, channel, () => rows.get('place', `${leaf.unit.id}/${channel}`, leaf.layout.width))
  const timelineOf = (unit: string): Timeline => remember(timelines, unit, () => ({ unit, layout: structure.layout(unit), panes: new Map() }))
  const paneRow = ({ unit, layout, panes }: Timeline, castAt: number): MutableRow => {
    const size = paneSize(castAt, rolled)
    const start = paneStart(castAt, size)
    return remember(panes, start, () => rows.get('pane', `${unit}/${start}${size === PANE_MS ? '' : `/${size}`}`, layout.width))
  }
  for (const row of rows.of('pane')) {
    const [unit = '', start] = row.key.split('/')
    timelineOf(unit).panes.set(Number(start), row)
  }
  const wholeTimeline = timelineOf('')
  const timeRow = (timeline: Timeline, castAt: number, isLate: boolean): MutableRow =>
    isLate ? rows.get('late', timeline.unit, timeline.layout.width) : paneRow(timeline, castAt)
  const addGroups = (leaf: Leaf, { attributes }: BallotEntry, additions: Additions): void => {
    for (let at = 0; at < cells.length; at += 1) {
      const cell = cells[at]
      if (cell === undefined) continue
      const values = valuesOf(cell.names, leaf.groups[at], attributes)
      rows.add(remember(cell.rows, values, () => rows.get('breakdown', cell.prefix + values, whole.width)), additions, leaf.inWhole)
    }
  }
  const addBallot = (leaf: Leaf, ballot: BallotEntry, additions: Additions): void => {
    rows.add(placeRow(leaf, ballot.channel), additions)
    addGroups(leaf, ballot, additions)
    const isLate = paneStart(ballot.castAt) < openFrom
    rows.add(timeRow(wholeTimeline, ballot.castAt, isLate), additions, leaf.inWhole)
    if (leaf.timeline !== undefined) rows.add(timeRow(leaf.timeline, ballot.castAt, isLate), additions, leaf.inFirstLevel)
  }
  const addCorrection = (leaf: Leaf, { correction }: CorrectionEntry, additions: Additions): void => {
    rows.add(placeRow(leaf, correction.channel), additions)
    rows.add(rows.get('correction', '', whole.width), additions, leaf.inWhole)
    const { firstLevel } = leaf.unit
    if (firstLevel !== undefined) rows.add(rows.get('correction', firstLevel, timelineOf(firstLevel).layout.width), additions, leaf.inFirstLevel)
  }
  const seen = (at: number): void => {
    if (at <= newestAt) return
    newestAt = at
    openFrom = openPanesFrom(time, at)
  }
  /** Nothing is added to them any more: they rest in the store alone. */
  const forgetClosedPanes = (): void => {
    if (paneStart(openFrom) === forgottenTo) return
    forgottenTo = paneStart(openFrom)
    for (const { panes } of timelines.values()) {
      for (const [start, row] of panes) {
        if (start + paneSize(start, rolled) > openFrom) continue
        panes.delete(start)
        rows.forget(row)
      }
    }
  }

  return {
    add(entry) {
      switch (entry.kind) {
        case 'TICK':
        case 'SEAL':
          seen(entry.castAt)
          return true
        case 'CORRECTION': {
          const leaf = leafOf(entry.correction.unit)
          const additions = leaf && additionsOfCorrection(leaf.layout, entry)
          if (leaf === undefined || additions === undefined) return false
          addCorrection(leaf, entry, additions)
          return true
        }
        case 'BALLOT': {
          const leaf = leafOf(entry.unit)
          const additions = leaf && additionsOfBallot(leaf.layout, entry)
          if (leaf === undefined || additions === undefined) return false
          addBallot(leaf, entry, additions)
          seen(entry.castAt)
          return true
        }
        default: return entry satisfies never
      }
    },
    takeChanges() {
      const taken = rows.takeChanges()
      forgetClosedPanes()
      return taken
    },
    get changes() { return rows.changes },
    rows: () => rows.all(),
    get newestAt() { return newestAt },
  }
}

/** Of each name its fixed value, or the voter's. */
function valuesOf(names: readonly string[], fixed: readonly (string | undefined)[] | undefined, attributes: BallotEntry['attributes']): string {
  let values = ''
  for (let place = 0; place < names.length; place += 1) {
    const value = fixed?.[place] ?? attributes[names[place] ?? ''] ?? UNKNOWN_VALUE
    values = place === 0 ? value : `${values},${value}`
  }
  return values
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
