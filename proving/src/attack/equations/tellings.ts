import { openPanesFrom, paneStart, type ReleaseCell, type Structure } from '@livetally/core/election'
import type { Ledger } from '../ballots.js'
import { releasesOf, type Releases } from '../releases.js'

/** One way in which published choices may count ballots. Every number is tried on each, so that none has to be believed. */
export interface Telling {
  /** A ballot is counted once so many entries of its box are. */
  readonly by: Int32Array
  /** The event time in whose windows it is; NaN where it is late, and in none. */
  readonly at: Float64Array
  /** The row of view `place` that counts it. */
  rowOf(ballot: number): string
  /** The units in whose sums it is, beside those of the whole election. */
  unitsOf(ballot: number): readonly string[]
  channelOf(ballot: number): string
}

/** As an election with open ballots tells choices: each with its ballot. */
export function tellEveryBallot(structure: Structure, { ballots }: Ledger): Telling {
  return {
    by: Int32Array.from(ballots, ({ seq }) => seq + 1),
    at: timesOf(structure, ballots),
    rowOf: (ballot) => `${ballots[ballot]?.unit ?? ''}/${ballots[ballot]?.channel ?? ''}`,
    unitsOf: (ballot) => unitsAround(structure, ballots[ballot]?.unit ?? ''),
    channelOf: (ballot) => ballots[ballot]?.channel ?? '',
  }
}

/** As secret choices are told while voting goes on: in chunks, each in its cell or the one that this joined. */
export function tellCells(structure: Structure, { ballots }: Ledger, { by, at, rows, cells }: Releases): Telling {
  return {
    by: by.map((seq) => seq + 1), at,
    rowOf: (ballot) => rows[ballot] ?? '',
    unitsOf: (ballot) => unitsAroundCell(structure, cells[ballot]),
    channelOf: (ballot) => structure.secrecy?.byChannel === true ? rows[ballot]?.split('/')[1] ?? '' : ballots[ballot]?.channel ?? '',
  }
}

/** As secret choices are told once every box is sealed, where a release unit is more than a place: by place, or with another where a place has few. */
export function tellPlaces(structure: Structure, ledger: Ledger, { by, at }: Releases, shownWith: ReadonlyMap<string, string>): Telling {
  const { ballots } = ledger
  const placeOf = (ballot: number): string => shownWith.get(ballots[ballot]?.unit ?? '') ?? ballots[ballot]?.unit ?? ''
  return {
    by: by.map((seq) => seq + 1), at,
    rowOf: (ballot) => `${placeOf(ballot)}/${structure.secrecy?.byChannel === true ? ballots[ballot]?.channel ?? '' : ''}`,
    unitsOf: (ballot) => unitsAround(structure, placeOf(ballot)),
    channelOf: (ballot) => ballots[ballot]?.channel ?? '',
  }
}

export function tellingsOf(structure: Structure, ledger: Ledger, releases: Releases | undefined, shownWith: ReadonlyMap<string, string>): Telling[] {
  const everyBallot = tellEveryBallot(structure, ledger)
  return releases === undefined ? [everyBallot] : [tellCells(structure, ledger, releases), tellPlaces(structure, ledger, releases, shownWith), everyBallot]
}

export function releasesIfSecret(structure: Structure, ledger: Ledger): Releases | undefined {
  return structure.secrecy === undefined ? undefined : releasesOf(structure, ledger)
}

function unitsAround({ units }: Structure, leaf: string): readonly string[] {
  return [leaf, ...units.get(leaf)?.containers ?? []]
}

function unitsAroundCell(structure: Structure, cell: ReleaseCell | undefined): readonly string[] {
  if (cell === undefined) return []
  return cell.leaves.length === 1 ? unitsAround(structure, cell.leaves[0] ?? '') : cell.containers
}

/** Late ballots are in no window: decided as in counting, from the entries of the box alone. */
function timesOf({ definition: { time } }: Structure, ballots: Ledger['ballots']): Float64Array {
  const times = Float64Array.from(ballots, ({ castAt }) => castAt)
  if (time.source === 'DATABASE') return times
  const newest = new Map<number, number>()
  for (const [at, { box, castAt }] of [...ballots.entries()].sort(([, one], [, other]) => one.seq - other.seq)) {
    const before = newest.get(box) ?? Number.NEGATIVE_INFINITY
    if (paneStart(castAt) < openPanesFrom(time, before)) times[at] = Number.NaN
    newest.set(box, Math.max(before, castAt))
  }
  return times
}
