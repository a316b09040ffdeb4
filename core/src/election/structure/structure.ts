import type { ContestShape } from './contest-shape.js'
import type { ElectionDefinition } from '../definition/definition.js'
import { dealBoxes } from './deal-boxes.js'
import { createLayout, type Layout } from './layout.js'
import { createSecrecy, type Secrecy } from './secrecy.js'

type UnitDefinition = ElectionDefinition['reportingUnits'][number]
type ContestDefinition = ElectionDefinition['contests'][number]

/** A reporting unit with everything the counting needs to know of it. */
export interface Unit {
  readonly id: string
  readonly definition: UnitDefinition
  /** True where ballots are cast: nothing names it as parent, and it is composed of nothing. */
  readonly isLeaf: boolean
  /** The leaves it sums (itself, for a leaf), each once however the sets overlap. */
  readonly leaves: readonly string[]
  /** Every other unit that holds this leaf, in the order of the definition; empty for units that are no leaf. */
  readonly containers: readonly string[]
  /** The ballot box of a leaf; undefined elsewhere. */
  readonly box: number | undefined
  /** For a leaf: the first-level unit whose windows count it; undefined where windows are counted for the whole election only. */
  readonly firstLevel: string | undefined
}

/** What never changes after publication: units, contests, styles, boxes. Made by `compileStructure`. */
export interface Structure {
  readonly definition: ElectionDefinition
  readonly units: ReadonlyMap<string, Unit>
  readonly leaves: readonly Unit[]
  readonly contests: ReadonlyMap<string, ContestShape>
  /** Boxes that hold ballots: 0 … boxCount − 1. */
  readonly boxCount: number
  /** The box behind them, for corrections alone. */
  readonly correctionsBox: number
  /** What is broken down: each attribute alone, then the sets of the definition. A name is an attribute's id, or `unit:` and a kind of unit. */
  readonly breakdowns: readonly (readonly string[])[]
  /** Units whose windows are counted beside those of the whole election. */
  readonly firstLevelUnits: readonly string[]
  /** How rows of a unit hold their counts: those of the contests that any of its leaves votes in; all contests for `WHOLE_ELECTION` and unknown units. */
  layout(unit: string): Layout
  /** The group of a leaf in a breakdown by `unit:KIND`: the first unit of that kind that holds it, or itself; undefined where there is none. */
  groupOf(leaf: string, name: string): string | undefined
  /** How choices are published; undefined where ballots are open. */
  readonly secrecy: Secrecy | undefined
  /** The contests on the ballot of a leaf (its ballot style), in ballot order; empty for an unknown unit. */
  ballotStyle(leaf: string): readonly ContestShape[]
}

/** Begins the name of a breakdown by the units of one kind, such as `unit:COUNTY`. */
export const UNIT_GROUP = 'unit:'

/** The number of boxes when the definition names none: 1 up to 100 leaves, 8 above. */
export function defaultBoxCount(leafCount: number): number {
  return leafCount > 100 ? 8 : 1
}

/**
 * Compiles a checked definition. `storedBoxes` gives the boxes stored at publication; without them the leaves are dealt over the
 * boxes: open ballots in the order of the definition, secret ones such that what may be shown together lies in one box.
 */
export function compileStructure(definition: ElectionDefinition, storedBoxes?: ReadonlyMap<string, number>): Structure {
  const leavesOf = resolveLeaves(definition)
  const leafIds = definition.reportingUnits.filter((unit) => isLeaf(leavesOf, unit.id)).map((unit) => unit.id)
  const boxCount = definition.boxes ?? defaultBoxCount(leafIds.length)
  const containers = new Map<string, string[]>(leafIds.map((id) => [id, []]))
  for (const unit of definition.reportingUnits) {
    if (isLeaf(leavesOf, unit.id)) continue
    for (const leaf of leavesOf.get(unit.id) ?? []) containers.get(leaf)?.push(unit.id)
  }
  const contests = new Map(definition.contests.map((contest) => [contest.id, shapeOf(contest)]))
  const styles = stylesOf(leavesOf, [...contests.values()])
  const familyOf = definition.ballotSecrecy === 'OPEN' ? (leaf: string) => leaf : createFamilies(definition, containers, styles)
  const boxOf = storedBoxes ?? dealBoxes(leafIds.map((id) => ({ id, family: familyOf(id) })), boxCount)
  const firstLevel = findFirstLevel(definition, leavesOf)
  const units = new Map(definition.reportingUnits.map((unit): [string, Unit] => [unit.id, {
    id: unit.id,
    definition: unit,
    isLeaf: isLeaf(leavesOf, unit.id),
    leaves: [...leavesOf.get(unit.id) ?? []],
    containers: containers.get(unit.id) ?? [],
    box: boxOf.get(unit.id),
    firstLevel: isLeaf(leavesOf, unit.id) ? firstLevel.find((id) => leavesOf.get(id)?.has(unit.id)) : undefined,
  }]))
  const structure = {
    definition,
    units,
    leaves: [...units.values()].filter((unit) => unit.isLeaf),
    contests,
    boxCount,
    correctionsBox: boxCount,
    breakdowns: breakdownsOf(definition),
    firstLevelUnits: firstLevel,
    layout: createLayouts(units, [...contests.values()], styles),
    groupOf: createGroups(units),
    ballotStyle: (leaf: string) => styles.get(leaf) ?? [],
  }
  return { ...structure, secrecy: createSecrecy(structure) }
}

function breakdownsOf(definition: ElectionDefinition): string[][] {
  const alone = definition.attributes.map((attribute) => [attribute.id])
  const named = new Set(alone.map((names) => names.join()))
  return [...alone, ...definition.breakdowns.filter((names) => !named.has(names.join()))]
}

/** Above so many first-level units their windows are counted only if the definition asks for it. */
const MOST_FIRST_LEVEL_UNITS = 50

/** The children of the one root of the parent tree, or the roots where there are several; in the order of the definition. */
function findFirstLevel({ reportingUnits, time, ballotSecrecy, releaseUnits }: ElectionDefinition, leavesOf: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const tree = reportingUnits.filter((unit) => unit.composedOf === undefined)
  const roots = tree.filter((unit) => unit.parent === undefined)
  const found = roots.length === 1 ? tree.filter((unit) => unit.parent === roots[0]?.id) : roots
  const units = found.filter((unit) => (leavesOf.get(unit.id)?.size ?? 0) > 0).map((unit) => unit.id)
  // Choices of a release unit that is wider than one of them would not add up there.
  const isWithin = (id: string): boolean => units.some((unit) => [...leavesOf.get(id) ?? []].every((leaf) => leavesOf.get(unit)?.has(leaf)))
  if (ballotSecrecy === 'SECRET' && releaseUnits !== undefined && !reportingUnits.every(({ id, kind }) => kind !== releaseUnits || isWithin(id))) return []
  return time.firstLevelWindows ?? units.length <= MOST_FIRST_LEVEL_UNITS ? units : []
}

/** Equal sets of contests share one layout. */
function createLayouts(units: ReadonlyMap<string, Unit>, contests: readonly ContestShape[], styles: ReadonlyMap<string, readonly ContestShape[]>): Structure['layout'] {
  const whole = createLayout(contests)
  const byContests = new Map<string, Layout>([[contests.map(({ id }) => id).join('/'), whole]])
  const known = new Map<string, Layout>()
  const make = (unit: Unit): Layout => {
    const voted = new Set(unit.leaves.flatMap((leaf) => styles.get(leaf) ?? []))
    const own = contests.filter((contest) => voted.has(contest))
    const key = own.map(({ id }) => id).join('/')
    const layout = byContests.get(key) ?? createLayout(own)
    byContests.set(key, layout)
    return layout
  }
  return (id) => {
    const found = known.get(id)
    if (found !== undefined) return found
    const unit = units.get(id)
    if (unit === undefined) return whole
    const layout = make(unit)
    known.set(id, layout)
    return layout
  }
}

function createGroups(units: ReadonlyMap<string, Unit>): Structure['groupOf'] {
  const byName = new Map<string, Map<string, string>>()
  const make = (kind: string): Map<string, string> => new Map([...units.values()].filter(({ isLeaf }) => isLeaf).flatMap((leaf): [string, string][] => {
    const group = [leaf.id, ...leaf.containers].find((id) => units.get(id)?.definition.kind === kind)
    return group === undefined ? [] : [[leaf.id, group]]
  }))
  return (leaf, name) => {
    const groups = byName.get(name) ?? make(name.slice(UNIT_GROUP.length))
    byName.set(name, groups)
    return groups.get(leaf)
  }
}

function shapeOf(contest: ContestDefinition): ContestShape {
  return {
    id: contest.id,
    definition: contest,
    votesAllowed: contest.votesAllowed,
    optionIndex: new Map(contest.options.map((option, at) => [option.id, at])),
  }
}

/** Equal for leaves whose choices may be gathered or shown together: those of one release unit, and those of one style that lie in exactly the same units. */
function createFamilies({ releaseUnits, reportingUnits }: ElectionDefinition, containers: ReadonlyMap<string, readonly string[]>, styles: ReadonlyMap<string, readonly ContestShape[]>): (leaf: string) => string {
  const isReleaseUnit = new Set(reportingUnits.filter(({ kind }) => kind === releaseUnits).map(({ id }) => id))
  return (leaf) => {
    const around = containers.get(leaf) ?? []
    const releaseUnit = [leaf, ...around].find((id) => isReleaseUnit.has(id))
    if (releaseUnit !== undefined && releaseUnit !== leaf) return `unit ${releaseUnit}`
    return `kin ${(styles.get(leaf) ?? []).map(({ id }) => id).join(',')}/${around.join(',')}`
  }
}

/** Equal styles share one array, so that thousands of precincts cost no more than their few ballot styles. */
function stylesOf(leavesOf: ReadonlyMap<string, ReadonlySet<string>>, contests: readonly ContestShape[]): Map<string, readonly ContestShape[]> {
  const styleOf = new Map<string, ContestShape[]>()
  for (const contest of contests) {
    for (const leaf of leavesOf.get(contest.definition.reportingUnit) ?? []) {
      const style = styleOf.get(leaf)
      if (style === undefined) styleOf.set(leaf, [contest])
      else style.push(contest)
    }
  }
  const shared = new Map<string, ContestShape[]>()
  return new Map([...styleOf].map(([leaf, style]) => {
    const key = style.map((contest) => contest.id).join('/')
    const first = shared.get(key) ?? style
    shared.set(key, first)
    return [leaf, first]
  }))
}

function resolveLeaves({ reportingUnits }: ElectionDefinition): Map<string, Set<string>> {
  const partsOf = new Map<string, string[]>(reportingUnits.map((unit) => [unit.id, [...unit.composedOf ?? []]]))
  for (const unit of reportingUnits) if (unit.parent !== undefined) partsOf.get(unit.parent)?.push(unit.id)
  const resolved = new Map<string, Set<string>>()
  const resolve = (id: string): Set<string> => {
    const known = resolved.get(id)
    if (known !== undefined) return known
    const parts = partsOf.get(id) ?? []
    const leaves = parts.length === 0 ? new Set([id]) : new Set(parts.flatMap((part) => [...resolve(part)]))
    resolved.set(id, leaves)
    return leaves
  }
  for (const unit of reportingUnits) resolve(unit.id)
  return resolved
}

function isLeaf(leavesOf: ReadonlyMap<string, ReadonlySet<string>>, id: string): boolean {
  const leaves = leavesOf.get(id)
  return leaves?.size === 1 && leaves.has(id)
}
