import { BALLOTS, type Layout } from '../structure/layout.js'
import { mayBeTold } from './chunk.js'

/** A cell when its box is sealed. */
export interface SealedCell {
  /** Of its row. */
  readonly name: string
  readonly place: string
  readonly channel: string
  /** Equal for cells of one style whose leaves lie in exactly the same units. */
  readonly kin: string
  readonly layout: Layout
  /** Ballots in it, released or not. */
  readonly ballots: number
  readonly hasCompleted: boolean
  /** Counts of what is not released yet. */
  readonly unreleased: readonly number[]
}

interface Joining extends SealedCell { ballots: number, hasCompleted: boolean, readonly unreleased: number[], isPassedOver: boolean }

/**
 * Which cells are shown with which others, for they never filled a chunk: name → name of the cell that has its ballots in
 * the end. Cells that stay alone are not named. Rules and order: docs/decisions/how-choices-are-released.md, "Chunks".
 */
export function joinCells(sealed: readonly SealedCell[], releaseSize: number): ReadonlyMap<string, string> {
  const families = new Map<string, Joining[]>()
  for (const cell of sealed) {
    if (cell.ballots === 0) continue
    const family = families.get(cell.kin) ?? []
    families.set(cell.kin, family)
    family.push({ ...cell, unreleased: [...cell.unreleased], isPassedOver: false })
  }
  // Nothing joins beyond its family, so that each is joined for itself: the order is the same.
  const joined = new Map([...families.values()].flatMap((family) => joinFamily(family, releaseSize)))
  const endOf = (name: string): string => {
    const next = joined.get(name)
    return next === undefined ? name : endOf(next)
  }
  return new Map([...joined.keys()].map((name) => [name, endOf(name)]))
}

function joinFamily(family: readonly Joining[], releaseSize: number): [name: string, target: string][] {
  const cells = new Set(family)
  const joined: [string, string][] = []
  for (;;) {
    const small = smallest(cells, ({ hasCompleted, isPassedOver }) => !hasCompleted && !isPassedOver)
    if (small === undefined) return joined
    const target = smallest(cells, (cell) => cell !== small && cell.place === small.place) ?? smallest(cells, (cell) => cell !== small && cell.channel === small.channel)
    if (target === undefined) {
      small.isPassedOver = true
      continue
    }
    joined.push([small.name, target.name])
    cells.delete(small)
    target.ballots += small.unreleased[BALLOTS] ?? 0
    small.unreleased.forEach((count, at) => { target.unreleased[at] = (target.unreleased[at] ?? 0) + count })
    target.hasCompleted ||= mayBeTold(target.layout, target.unreleased, 0, releaseSize)
  }
}

function smallest(cells: Iterable<Joining>, isWanted: (cell: Joining) => boolean): Joining | undefined {
  let least: Joining | undefined
  for (const cell of cells) if (isWanted(cell) && (least === undefined || isSmaller(cell, least))) least = cell
  return least
}

function isSmaller(one: SealedCell, other: SealedCell): boolean {
  return one.ballots < other.ballots || (one.ballots === other.ballots && one.name < other.name)
}
