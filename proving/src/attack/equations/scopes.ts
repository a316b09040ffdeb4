import { paneStart, UNIT_GROUP, type Structure } from '@livetally/core/election'
import type { KnownBallot } from '../ballots.js'
import type { BallotSet } from '../solver/ballot-classes.js'
import type { Telling } from './tellings.js'

/** Which ballots a number is about, whenever it is published. */
export type ScopeName =
  /** A row of view `place`. */
  | { readonly kind: 'ROW', readonly row: string }
  /** A unit, or the whole election without one; of one channel or all. */
  | { readonly kind: 'UNIT', readonly unit: string, readonly channel?: string }
  /** Groups of voters; `isOther`: everybody who is in none of them. */
  | { readonly kind: 'GROUP', readonly names: readonly string[], readonly groups: readonly string[], readonly isOther: boolean }
  /** Event time `[start, end)`, of a first-level unit or the whole election. */
  | { readonly kind: 'WINDOW', readonly unit: string, readonly start: number, readonly end: number }
  /** Too late for any window. */
  | { readonly kind: 'LATE', readonly unit: string }

/** The ballots of a scope in the order in which they come to be counted. */
export interface Scope {
  /** How many of each box are counted when so many of its entries are. */
  reached(vector: ReadonlyMap<number, number>): Reached
  /** Those between two standings, ascending; undefined where one has fallen. */
  between(from: Reached | undefined, to: Reached): BallotSet | undefined
}

/** By the place of a box among those of the scope. */
export type Reached = readonly number[]

export interface Scopes { of(name: ScopeName): Scope }

const EVERYWHERE = ''

export function createScopes(structure: Structure, ballots: readonly KnownBallot[], telling: Telling): Scopes {
  const known = new Map<string, Scope>()
  const families = new Map<string, ReadonlyMap<string, readonly number[]>>()
  const family = (name: string, keysOf: (ballot: number) => readonly string[]): ReadonlyMap<string, readonly number[]> => {
    const found = families.get(name)
    if (found !== undefined) return found
    const made = new Map<string, number[]>()
    for (let ballot = 0; ballot < ballots.length; ballot += 1) {
      for (const key of keysOf(ballot)) {
        const members = made.get(key)
        if (members === undefined) made.set(key, [ballot])
        else members.push(ballot)
      }
    }
    families.set(name, made)
    return made
  }
  const isIn = (ballot: number, unit: string): boolean => unit === EVERYWHERE || telling.unitsOf(ballot).includes(unit)
  const groupOf = (ballot: number, names: readonly string[]): string => names
    .map((name) => (name.startsWith(UNIT_GROUP) ? structure.groupOf(ballots[ballot]?.unit ?? '', name) : ballots[ballot]?.attributes[name]) ?? '_unknown').join()
  const unitsOf = (ballot: number): readonly string[] => [EVERYWHERE, ...telling.unitsOf(ballot)]
  const paneOf = (ballot: number): string => String(paneStart(telling.at[ballot] ?? Number.NaN))

  const membersOf = (name: ScopeName): readonly number[] => {
    switch (name.kind) {
      case 'ROW': return family('row', (ballot) => [telling.rowOf(ballot)]).get(name.row) ?? []
      case 'UNIT': return name.channel === undefined
        ? family('unit', unitsOf).get(name.unit) ?? []
        : family('unit by channel', (ballot) => unitsOf(ballot).map((unit) => `${unit}/${telling.channelOf(ballot)}`)).get(`${name.unit}/${name.channel}`) ?? []
      case 'GROUP': {
        const groups = family(`group ${name.names.join()}`, (ballot) => [groupOf(ballot, name.names)])
        const named = new Set(name.groups)
        return [...groups].flatMap(([group, members]) => named.has(group) === name.isOther ? [] : members)
      }
      case 'WINDOW': {
        const panes = family(`pane ${name.unit}`, (ballot) => isIn(ballot, name.unit) ? [paneOf(ballot)] : [])
        return [...panes].flatMap(([start, members]) => Number(start) >= name.start && Number(start) < name.end ? members : [])
      }
      case 'LATE': return family(`pane ${name.unit}`, (ballot) => isIn(ballot, name.unit) ? [paneOf(ballot)] : []).get('NaN') ?? []
      default: return name satisfies never
    }
  }
  return {
    of(name) {
      const key = JSON.stringify(name)
      const found = known.get(key)
      if (found !== undefined) return found
      const made = createScope(membersOf(name), ballots, telling)
      known.set(key, made)
      return made
    },
  }
}

interface BoxMembers { readonly box: number, readonly members: Int32Array, readonly by: Int32Array }

function createScope(members: readonly number[], ballots: readonly KnownBallot[], { by }: Telling): Scope {
  const byBox = new Map<number, number[]>()
  for (const ballot of members) {
    const box = ballots[ballot]?.box ?? -1
    const own = byBox.get(box)
    if (own === undefined) byBox.set(box, [ballot])
    else own.push(ballot)
  }
  const boxes = [...byBox].map(([box, own]): BoxMembers => {
    const sorted = Int32Array.from(own).sort((one, other) => (by[one] ?? 0) - (by[other] ?? 0) || one - other)
    return { box, members: sorted, by: sorted.map((ballot) => by[ballot] ?? 0) }
  })
  return {
    reached: (vector) => boxes.map((one) => countUpTo(one.by, vector.get(one.box) ?? 0)),
    between(from, to) {
      const found: number[] = []
      for (const [at, { members: own }] of boxes.entries()) {
        const [start, end] = [from?.[at] ?? 0, to[at] ?? 0]
        if (end < start) return undefined
        for (let place = start; place < end; place += 1) found.push(own[place] ?? -1)
      }
      return Int32Array.from(found).sort()
    },
  }
}

/** How many of the ascending numbers are at most `limit`. */
function countUpTo(ascending: Int32Array, limit: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
