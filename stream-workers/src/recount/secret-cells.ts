import type { RecountContest } from './recount-election.js'

/** Where ballots are gathered before their choices are told: a release unit and a ballot style. */
export interface RecountCell {
  id: string
  /** Its number, in the order in which leaves of the definition show the cells. */
  index: number
  style: RecountContest[]
  leaves: string[]
  /** Units that hold all of its leaves, without a leaf itself. */
  within: string[]
  firstLevel: string | undefined
}

/** How secret ballots are released, read from the rows of the definition. */
export interface RecountSecrecy {
  releaseSize: number
  byChannel: boolean
  /** False where a cell may hold several places. */
  isByPlace: boolean
  cells: RecountCell[]
  /** Leaf → its cell, in the order of the definition. */
  cellOf: Map<string, RecountCell>
}

export interface SecrecyRows { ballotSecrecy: string, releaseSize: number, releaseUnits: string | null, choicesByChannel: boolean }

/** `leaves` in the order of the definition; `unitsOf`: the units that hold a leaf, itself left out; `groups`: `unit:KIND/leaf` → unit. */
export function secrecyOf({ ballotSecrecy, releaseSize, releaseUnits, choicesByChannel }: SecrecyRows, places: {
  leaves: readonly string[]
  unitsOf: ReadonlyMap<string, readonly string[]>
  groups: ReadonlyMap<string, string>
  styles: ReadonlyMap<string, RecountContest[]>
  firstLevel: ReadonlyMap<string, string>
}): RecountSecrecy | undefined {
  if (ballotSecrecy !== 'SECRET') return undefined
  const unitOf = (leaf: string): string => releaseUnits === null ? leaf : places.groups.get(`unit:${releaseUnits}/${leaf}`) ?? leaf
  const cells: RecountCell[] = []
  const cellOf = new Map<string, RecountCell>()
  const ofUnit = new Map<string, RecountCell[]>()
  for (const leaf of places.leaves) {
    const unit = unitOf(leaf)
    const style = places.styles.get(leaf) ?? []
    const siblings = ofUnit.get(unit) ?? []
    let cell = siblings.find((one) => sameStyle(one.style, style))
    if (cell === undefined) {
      cell = { id: unit === leaf ? leaf : `${unit}~${siblings.length}`, index: cells.length, style, leaves: [], within: [], firstLevel: places.firstLevel.get(leaf) }
      cells.push(cell)
      ofUnit.set(unit, [...siblings, cell])
    }
    cell.leaves.push(leaf)
    cellOf.set(leaf, cell)
  }
  for (const cell of cells) {
    const [first = '', ...others] = cell.leaves
    cell.within = (places.unitsOf.get(first) ?? []).filter((unit) => others.every((leaf) => places.unitsOf.get(leaf)?.includes(unit) === true)).toSorted()
    if (others.some((leaf) => places.firstLevel.get(leaf) !== cell.firstLevel)) cell.firstLevel = undefined
  }
  const isByPlace = places.leaves.every((leaf) => releaseUnits === null || places.groups.get(`unit:${releaseUnits}/${leaf}`) === leaf)
  return { releaseSize, byChannel: choicesByChannel, isByPlace, cells, cellOf }
}

export function sameStyle(one: readonly RecountContest[], other: readonly RecountContest[]): boolean {
  return one.length === other.length && one.every(({ id }, at) => id === other[at]?.id)
}
