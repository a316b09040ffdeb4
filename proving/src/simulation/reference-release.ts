import type { BoxEntry, ElectionDefinition } from '@livetally/core/election'
import { leavesOf, placesOf, styleOf } from './reference-geography.js'

/*
 * Which choices of secret ballots are shown, and since when: docs/decisions/how-choices-are-released.md, followed sentence by
 * sentence. Written apart from the counting code, as all of the reference count; plain and slow.
 */

type Ballot = Extract<BoxEntry, { kind: 'BALLOT' }>
type Contest = ElectionDefinition['contests'][number]

/** Where choices are shown. */
export interface ReleasePlace {
  readonly name: string
  readonly leaves: readonly string[]
  /** Undefined where choices are not told by channel. */
  readonly channel: string | undefined
}

/** A ballot whose choices are shown: where (with another cell, if its own joined one), and at which event time they were released. */
export interface ShownBallot { readonly ballot: Ballot, readonly at: number, readonly where: ReleasePlace }

/** The `seq` below which the choices of a cell are shown, and of how many ballots: everything of a cell that joined another counts there. */
export interface CellFrontier { readonly seq: number, readonly ballots: number }

export interface ReleasedBox {
  readonly shown: readonly ShownBallot[]
  /** By the cell's row name; of cells that have ballots. */
  readonly frontiers: ReadonlyMap<string, CellFrontier>
  readonly isSealed: boolean
}

interface Cell extends ReleasePlace {
  readonly row: string
  readonly contests: readonly Contest[]
  readonly units: string
  /** A chunk that is complete and not released, and ballots that are in none yet. */
  held: Ballot[]
  filling: Ballot[]
  ballots: number
  hasChunk: boolean
  frontier: CellFrontier
  joined: Cell | undefined
}

/** Follows the first entries of one ballot box. */
export function releaseByHand(definition: ElectionDefinition, entries: readonly BoxEntry[]): ReleasedBox {
  const cells = new Map<string, Cell>()
  const shown: ShownBallot[] = []
  let newest = Number.NEGATIVE_INFINITY
  let isSealed = false
  const release = (cell: Cell, ballots: readonly Ballot[], seq: number): void => {
    cell.frontier = { ...cell.frontier, seq }
    const where = targetOf(cell)
    where.frontier = { ...where.frontier, ballots: where.frontier.ballots + ballots.length }
    for (const ballot of ballots) shown.push({ ballot, at: newest, where })
  }
  for (const entry of entries.filter((one) => isKnown(definition, one))) {
    newest = Math.max(newest, entry.castAt)
    if (entry.kind === 'BALLOT') {
      const cell = cellOf(definition, cells, entry)
      cell.ballots += 1
      cell.filling.push(entry)
      if (cell.filling.length % definition.releaseSize !== 0 || !isEnough(definition, cell, cell.filling)) continue
      const former = cell.held
      cell.held = cell.filling
      cell.filling = []
      cell.hasChunk = true
      const last = former.at(-1)
      if (last !== undefined) release(cell, former, last.seq + 1)
    }
    if (entry.kind === 'SEAL') {
      isSealed = true
      joinCells(definition, [...cells.values()])
      for (const cell of cells.values()) {
        release(cell, [...cell.held, ...cell.filling], entry.seq + 1)
        cell.held = []
        cell.filling = []
      }
    }
  }
  return { shown, isSealed, frontiers: new Map([...cells.values()].map(({ row, frontier }) => [row, frontier])) }
}

/** False for an entry that names what its election does not know: it is counted nowhere. */
export function isKnown(definition: ElectionDefinition, entry: BoxEntry): boolean {
  if (entry.kind !== 'BALLOT') return true
  if (!placesOf(definition).includes(entry.unit)) return false
  const style = styleOf(definition, entry.unit)
  return Object.entries(entry.selections).every(([contest, marked]) => {
    const options = style.find(({ id }) => id === contest)?.options.map(({ id }) => id)
    return options !== undefined && marked.every((option) => options.includes(option))
  })
}

/** The row name of a ballot's cell. */
export function cellNameOf(definition: ElectionDefinition, { unit, channel }: Ballot): string {
  return `${releaseUnitOf(definition, unit).name}/${definition.choicesByChannel ? channel : ''}`
}

/** "Cells": one release unit, one ballot style and, where choices are told so, one channel. */
function cellOf(definition: ElectionDefinition, cells: Map<string, Cell>, ballot: Ballot): Cell {
  const row = cellNameOf(definition, ballot)
  const known = cells.get(row)
  if (known !== undefined) return known
  const { unit: place } = ballot
  const channel = definition.choicesByChannel ? ballot.channel : undefined
  const { name, leaves } = releaseUnitOf(definition, place)
  const units = definition.reportingUnits.map(({ id }) => id).filter((id) => !(leaves.length === 1 && leaves[0] === id) && leaves.every((leaf) => leavesOf(definition, id).includes(leaf)))
  const cell: Cell = {
    name, leaves, channel, row, contests: styleOf(definition, place), units: units.join(),
    held: [], filling: [], ballots: 0, hasChunk: false, frontier: { seq: 0, ballots: 0 }, joined: undefined,
  }
  cells.set(row, cell)
  return cell
}

function releaseUnitOf(definition: ElectionDefinition, place: string): { name: string, leaves: readonly string[] } {
  const unit = definition.reportingUnits.find(({ id, kind }) => kind === definition.releaseUnits && leavesOf(definition, id).includes(place))?.id ?? place
  if (unit === place) return { name: place, leaves: [place] }
  const within = placesOf(definition).filter((leaf) => leavesOf(definition, unit).includes(leaf))
  const styles = [...new Set(within.map((leaf) => styleName(definition, leaf)))]
  const own = styleName(definition, place)
  return { name: `${unit}~${styles.indexOf(own)}`, leaves: within.filter((leaf) => styleName(definition, leaf) === own) }
}

const styleName = (definition: ElectionDefinition, place: string): string => styleOf(definition, place).map(({ id }) => id).join()

/** "Chunks": enough ballots, and in no contest that offers a choice all alike; or three times as many. A chunk that is filling is looked at with whole multiples of the size alone. */
function isEnough({ releaseSize }: ElectionDefinition, { contests }: Cell, ballots: readonly Ballot[]): boolean {
  const isMixed = (contest: Contest): boolean => new Set(ballots.map((ballot) => markOf(contest, ballot))).size > 1
  const offersChoice = ({ options, votesAllowed }: Contest): boolean => options.length > votesAllowed
  return ballots.length >= 3 * releaseSize || (ballots.length >= releaseSize && contests.filter(offersChoice).every(isMixed))
}

/** What counts of it: which options; of an overvote nothing else than that it is one. */
function markOf({ id, votesAllowed }: Contest, { selections }: Ballot): string {
  const marked = [...new Set(selections[id] ?? [])]
  return marked.length > votesAllowed ? 'overvote' : marked.toSorted().join()
}

/** The box is sealed: cells that never filled a chunk are shown with another one, if there is one. */
function joinCells(definition: ElectionDefinition, cells: readonly Cell[]): void {
  const passedOver = new Set<Cell>()
  for (;;) {
    const cell = smallest(cells.filter((one) => one.joined === undefined && !one.hasChunk && !passedOver.has(one)))
    if (cell === undefined) return
    const others = cells.filter((one) => one !== cell && one.joined === undefined)
    const target = smallest(others.filter(({ name }) => name === cell.name)) ?? smallest(others.filter((one) => isSibling(one, cell)))
    if (target === undefined) passedOver.add(cell)
    else {
      cell.joined = target
      target.ballots += cell.ballots
      target.hasChunk ||= isEnough(definition, target, cells.filter((one) => targetOf(one) === target).flatMap(({ held, filling }) => [...held, ...filling]))
    }
  }
}

/** Of the same style and channel, in exactly the same units. */
function isSibling(one: Cell, other: Cell): boolean {
  const style = ({ contests }: Cell): string => contests.map(({ id }) => id).join()
  return style(one) === style(other) && one.channel === other.channel && one.units === other.units
}

function smallest(cells: readonly Cell[]): Cell | undefined {
  return cells.toSorted((one, other) => one.ballots - other.ballots || (one.row < other.row ? -1 : 1))[0]
}

function targetOf(cell: Cell): Cell {
  return cell.joined === undefined ? cell : targetOf(cell.joined)
}
