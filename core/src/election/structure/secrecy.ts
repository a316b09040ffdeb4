import { createLayout, type Layout } from './layout.js'
import type { Structure, Unit } from './structure.js'

/**
 * Where ballots are gathered before their choices are shown: one release unit and one ballot style. Its counts are rows of
 * view `place` under its id, which is that of the leaf where the release unit is one, else `unit~number`.
 */
export interface ReleaseCell {
  readonly id: string
  /** Its place among the cells, 0, 1, 2 …: names it where a number is wanted. */
  readonly index: number
  readonly leaves: readonly string[]
  /** Of the style that its leaves share. */
  readonly layout: Layout
  /** Every unit that holds all of its leaves, in the order of the definition; without the leaf itself. These show its choices while voting goes on. */
  readonly containers: readonly string[]
  /** The first-level unit that holds it, as of its leaves. */
  readonly firstLevel: string | undefined
}

/** How the choices of secret ballots are published. Made once from a definition whose ballots are secret. */
export interface Secrecy {
  /** Fewest ballots whose choices are published together. */
  readonly releaseSize: number
  readonly byChannel: boolean
  /** False where a release unit is more than one place: choices of places then come when every box is sealed. */
  readonly isByPlace: boolean
  readonly cells: readonly ReleaseCell[]
  /** Undefined for what is no leaf. */
  cellOf(leaf: string): ReleaseCell | undefined
  cell(id: string): ReleaseCell | undefined
}

/** Separates a release unit from the number of a style; no id of a definition holds it. */
const STYLE = '~'

/** Undefined for an election with open ballots. */
export function createSecrecy(structure: Omit<Structure, 'secrecy'>): Secrecy | undefined {
  const { definition, leaves } = structure
  if (definition.ballotSecrecy === 'OPEN') return undefined
  const { releaseUnits } = definition
  const isByPlace = releaseUnits === undefined || leaves.every(({ id, definition: { kind } }) => kind === releaseUnits && structure.groupOf(id, `unit:${releaseUnits}`) === id)
  const cells = isByPlace ? leaves.map(cellOfLeaf(structure)) : cellsOfUnits(structure, releaseUnits ?? 'OTHER')
  const byLeaf = new Map(cells.flatMap((cell) => cell.leaves.map((leaf) => [leaf, cell] as const)))
  const byId = new Map(cells.map((cell) => [cell.id, cell]))
  return {
    releaseSize: definition.releaseSize, byChannel: definition.choicesByChannel, isByPlace, cells,
    cellOf: (leaf) => byLeaf.get(leaf),
    cell: (id) => byId.get(id),
  }
}

const cellOfLeaf = (structure: Omit<Structure, 'secrecy'>) => ({ id, containers, firstLevel }: Unit, index: number): ReleaseCell =>
  ({ id, index, leaves: [id], layout: structure.layout(id), containers, firstLevel })

function cellsOfUnits(structure: Omit<Structure, 'secrecy'>, kind: string): ReleaseCell[] {
  const groups = new Map<string, { unit: string, leaves: Unit[] }>()
  for (const leaf of structure.leaves) {
    const unit = structure.groupOf(leaf.id, `unit:${kind}`) ?? leaf.id
    const key = `${unit}/${structure.ballotStyle(leaf.id).map(({ id }) => id).join('/')}`
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { unit, leaves: [leaf] })
    else known.leaves.push(leaf)
  }
  const numbers = new Map<string, number>()
  return [...groups.values()].map(({ unit, leaves }, index): ReleaseCell => {
    const number = numbers.get(unit) ?? 0
    numbers.set(unit, number + 1)
    const ids = leaves.map(({ id }) => id)
    return {
      id: structure.units.get(unit)?.isLeaf === true ? unit : `${unit}${STYLE}${number}`,
      index,
      leaves: ids,
      layout: createLayout(structure.ballotStyle(ids[0] ?? '')),
      containers: [...structure.units.values()].filter((one) => !one.isLeaf && ids.every((leaf) => one.leaves.includes(leaf))).map(({ id }) => id),
      firstLevel: leaves.every(({ firstLevel }) => firstLevel === leaves[0]?.firstLevel) ? leaves[0]?.firstLevel : undefined,
    }
  })
}
