import type { BallotEntry, BoxEntry, CorrectionEntry } from '../ballot.js'
import { BALLOTS, type Layout } from '../structure/layout.js'
import { UNIT_GROUP, type Structure, type Unit } from '../structure/structure.js'
import { additionsOfBallot, additionsOfCorrection, type Additions } from './additions.js'
import { createEventClock } from './event-clock.js'
import { createHeldChoices, type Release } from '../release/held-choices.js'
import { createTallyRows, type MutableRow, type TallyRow } from './tally-rows.js'
import { createTimelines, type Timeline } from './timelines.js'
import { NOTHING_ROLLED, type RolledPanes } from '../window.js'

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

/** That a ballot was cast: all that is told at once of one that is secret. */
const ONE_BALLOT: Additions = { places: [BALLOTS], amounts: [1] }

/**
 * The counts of one ballot box: a fold over its entries from `seq` 0, or from a state that an earlier fold stored. Equal
 * entries in equal order always give equal rows: lateness and what is held back included, which are decided from the
 * box's entries alone. `box` names it where a row is of no place.
 */
export function createTally(structure: Structure, stored?: TallyState, box = 0): Tally {
  const rows = createTallyRows(stored?.rows ?? [])
  const clock = createEventClock(structure.definition.time, stored?.newestAt ?? Number.NEGATIVE_INFINITY)
  const timelines = createTimelines({ structure, rows, rolled: stored?.rolled ?? NOTHING_ROLLED })
  const whole = structure.layout('')
  const wholeTimeline = timelines.of('')
  const { secrecy } = structure

  const leaves = new Map<string, Leaf | undefined>()
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
      unit, layout, byChannel: new Map(), timeline: unit.firstLevel === undefined ? undefined : timelines.of(unit.firstLevel),
      inWhole: layout.placesIn(whole),
      inFirstLevel: unit.firstLevel === undefined ? new Int32Array() : layout.placesIn(structure.layout(unit.firstLevel)),
      groups: breakdowns.map((names) => names.map((name) => name.startsWith(UNIT_GROUP) ? structure.groupOf(unit.id, name) ?? UNKNOWN_VALUE : undefined)),
    }
  }
  /** Of secret ballots, a row by channel holds no choices, and one of choices no channel, unless they are told by it. */
  const placeRow = (leaf: Leaf, channel: string): MutableRow =>
    remember(leaf.byChannel, channel, () => rows.get('place', `${leaf.unit.id}/${channel}`, secrecy === undefined || secrecy.byChannel || channel === '' ? leaf.layout.width : 1))
  const addGroups = (leaf: Leaf, { attributes }: BallotEntry, additions: Additions): void => {
    for (let at = 0; at < cells.length; at += 1) {
      const cell = cells[at]
      if (cell === undefined) continue
      const values = valuesOf(cell.names, leaf.groups[at], attributes)
      rows.add(remember(cell.rows, values, () => rows.get('breakdown', cell.prefix + values, whole.width)), additions, leaf.inWhole)
    }
  }
  const addInTime = (leaf: Leaf, castAt: number, additions: Additions): void => {
    const isLate = clock.isLate(castAt)
    rows.add(isLate ? wholeTimeline.late() : wholeTimeline.pane(castAt), additions, leaf.inWhole)
    if (leaf.timeline !== undefined) rows.add(isLate ? leaf.timeline.late() : leaf.timeline.pane(castAt), additions, leaf.inFirstLevel)
  }
  const addReleased = ({ cell, layout, counts }: Release, channel: string): void => {
    const additions = choicesIn(counts)
    rows.add(rows.get('place', `${cell.id}/${channel}`, layout.width), additions)
    rows.add(wholeTimeline.pane(clock.newestAt), additions, layout.placesIn(whole))
    if (cell.firstLevel === undefined) return
    const timeline = timelines.of(cell.firstLevel)
    rows.add(timeline.pane(clock.newestAt), additions, layout.placesIn(timeline.layout))
  }
  const held = secrecy && createHeldChoices({ secrecy, rows, box, onRelease: addReleased })

  const addBallot = (leaf: Leaf, ballot: BallotEntry, additions: Additions): void => {
    const told = held === undefined ? additions : ONE_BALLOT
    rows.add(placeRow(leaf, ballot.channel), told)
    addGroups(leaf, ballot, additions)
    addInTime(leaf, ballot.castAt, told)
    clock.see(ballot.castAt)
    if (secrecy?.isByPlace === false && secrecy.cellOf(leaf.unit.id)?.id !== leaf.unit.id) rows.add(rows.get('leaf', `${leaf.unit.id}/${secrecy.byChannel ? ballot.channel : ''}`, leaf.layout.width), choicesOf(additions))
    held?.add(leaf.unit.id, ballot.channel, additions, ballot.seq)
  }
  const addCorrection = (leaf: Leaf, { correction }: CorrectionEntry, additions: Additions): void => {
    if (secrecy === undefined || secrecy.byChannel) rows.add(placeRow(leaf, correction.channel), additions)
    else {
      const [ballots, choices] = [ballotsOf(additions), choicesOf(additions)]
      if (ballots.places.length > 0) rows.add(placeRow(leaf, correction.channel), ballots)
      if (choices.places.length > 0) rows.add(placeRow(leaf, ''), choices)
    }
    rows.add(rows.get('correction', '', whole.width), additions, leaf.inWhole)
    if (leaf.timeline !== undefined) rows.add(rows.get('correction', leaf.timeline.unit, leaf.timeline.layout.width), additions, leaf.inFirstLevel)
  }
  const addKnown = (entry: BoxEntry): boolean => {
    switch (entry.kind) {
      case 'TICK':
        clock.see(entry.castAt)
        return true
      case 'SEAL':
        clock.see(entry.castAt)
        held?.release(entry.seq)
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
        return true
      }
      default: return entry satisfies never
    }
  }

  return {
    add(entry) {
      const isKnown = addKnown(entry)
      if (entry.chain !== undefined) clock.endTransaction()
      return isKnown
    },
    takeChanges() {
      const taken = rows.takeChanges()
      timelines.forgetBefore(clock.openFrom)
      return taken
    },
    get changes() { return rows.changes },
    rows: () => rows.all(),
    get newestAt() { return clock.newestAt },
  }
}

/** What is told of a cell's counts: all but its ballots, which are turnout. */
function choicesIn(counts: readonly number[]): Additions {
  const places: number[] = []
  const amounts: number[] = []
  for (let place = BALLOTS + 1; place < counts.length; place += 1) {
    const amount = counts[place] ?? 0
    if (amount === 0) continue
    places.push(place)
    amounts.push(amount)
  }
  return { places, amounts }
}

const choicesOf = (additions: Additions): Additions => partOf(additions, (place) => place !== BALLOTS)
const ballotsOf = (additions: Additions): Additions => partOf(additions, (place) => place === BALLOTS)

function partOf({ places, amounts }: Additions, isIn: (place: number) => boolean): Additions {
  return { places: places.filter(isIn), amounts: amounts.filter((_, at) => isIn(places[at] ?? BALLOTS)) }
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
