import type { Breakdown } from './documents.js'

/**
 * One bar of a group. `eligible`: how many of it may vote, where ballots are counted and the roll names everybody.
 * `count` is null where its choices are told in the group of small groups.
 */
export interface GroupBar { key: string, name: string, count: number | null, eligible: number | null }
/** One group (a value of the first attribute) with its bars, all in the definition's order; then what is not known, and last the group of small groups. */
export interface BreakdownGroup { key: string, name: string, sum: number, bars: GroupBar[] }

/** What is counted in each cell: its ballots, or the votes of one option, or (one attribute only) of each option. */
export type BreakdownMeasure = { kind: 'ballots' } | { kind: 'option', optionId: string } | { kind: 'options', options: readonly { id: string, name: string }[] }

type Cell = Breakdown['cells'][number]

/** The value of small groups whose choices are told together: see `AttributeValue` of the API. */
export const OTHER_GROUPS = '_other'
/** The value of ballots of whose voters the attribute is not known: in no definition, and in a breakdown only where there are such ballots or voters. */
export const UNKNOWN_GROUP = '_unknown'

/**
 * Arranges the cells of a breakdown by the values of its attributes, zeros included, so that a group or bar never
 * disappears. With two attributes the bars are the second one's values; with one, the contest's options or one bar.
 */
export function groupBreakdown(breakdown: Pick<Breakdown, 'by' | 'cells'>, measure: BreakdownMeasure): BreakdownGroup[] {
  const [first, second] = breakdown.by
  if (first === undefined) return []
  const cells = new Map(breakdown.cells.map((cell) => [cell.values.map((value) => value.id).join('/'), cell]))
  const together = breakdown.cells.find(({ values }) => values[0]?.id === OTHER_GROUPS)
  /** Every group has a cell, unless it is told with the small ones. */
  const countOf = (cell: Cell | undefined): number | null => {
    if (cell === undefined) return together === undefined ? 0 : null
    return measure.kind === 'option' ? votesOf(cell, measure.optionId) : cell.ballots
  }
  const barsOf = (value: { id: string, name: string }, cell: Cell | undefined): GroupBar[] => measure.kind === 'options'
    ? measure.options.map((option) => ({ key: option.id, name: option.name, count: cell === undefined ? countOf(cell) : votesOf(cell, option.id), eligible: null }))
    : [{ key: value.id, name: value.name, count: countOf(cell), eligible: eligibleOf(cell) }]
  const eligibleOf = (cell: Cell | undefined): number | null => measure.kind === 'ballots' ? cell?.eligibleVoters ?? null : null

  const others = second === undefined ? [] : valuesOf(breakdown, 1)
  const groups = valuesOf(breakdown, 0).map((value) => groupOf(value, second === undefined
    ? barsOf(value, cells.get(value.id))
    : others.flatMap((other) => barsOf(other, cells.get(`${value.id}/${other.id}`)))))
  const [smallGroups] = together?.values ?? []
  return together === undefined || smallGroups === undefined ? groups : [...groups, groupOf(smallGroups, barsOf(smallGroups, together))]
}

/** The values of the attribute at this place of `by`: those of the definition, and "not known" if a cell has it. */
function valuesOf({ by, cells }: Pick<Breakdown, 'by' | 'cells'>, at: number): { id: string, name: string }[] {
  const unknown = cells.map(({ values }) => values[at]).find((value) => value?.id === UNKNOWN_GROUP)
  return [...by[at]?.values ?? [], ...unknown === undefined ? [] : [unknown]]
}

function groupOf({ id, name }: { id: string, name: string }, bars: GroupBar[]): BreakdownGroup {
  return { key: id, name, sum: bars.reduce((sum, bar) => sum + (bar.count ?? 0), 0), bars }
}

function votesOf(cell: Cell, optionId: string): number {
  return cell.totals.find((total) => total.option.id === optionId)?.votes ?? 0
}

/** True where every bar is a part of those who may vote: then shares are turnout. */
export function isTurnout(groups: readonly BreakdownGroup[]): boolean {
  return groups.every((group) => group.bars.every((bar) => bar.eligible !== null))
}

/** Whether some groups are told in the last one, as they are small. */
export function hasSmallGroups(groups: readonly BreakdownGroup[]): boolean {
  return groups.at(-1)?.key === OTHER_GROUPS
}
