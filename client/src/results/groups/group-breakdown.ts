import type { Breakdown } from './documents.js'

/** One bar of a group. `eligible`: how many of it may vote, where ballots are counted and the roll names everybody. */
export interface GroupBar { key: string, name: string, count: number, eligible: number | null }
/** One group (a value of the first attribute) with its bars, all in the definition's order. */
export interface BreakdownGroup { key: string, name: string, sum: number, bars: GroupBar[] }

/** What is counted in each cell: its ballots, or the votes of one option, or (one attribute only) of each option. */
export type BreakdownMeasure = { kind: 'ballots' } | { kind: 'option', optionId: string } | { kind: 'options', options: readonly { id: string, name: string }[] }

/**
 * Arranges the cells of a breakdown by the values of its attributes, zeros included, so that a group or bar never
 * disappears. With two attributes the bars are the second one's values; with one, the contest's options or one bar.
 */
export function groupBreakdown(breakdown: Pick<Breakdown, 'by' | 'cells'>, measure: BreakdownMeasure): BreakdownGroup[] {
  const [first, second] = breakdown.by
  if (first === undefined) return []
  const cells = new Map(breakdown.cells.map((cell) => [cell.values.map((value) => value.id).join('/'), cell]))
  const votesOf = (cell: Breakdown['cells'][number] | undefined, optionId: string) =>
    cell?.totals.find((total) => total.option.id === optionId)?.votes ?? 0
  const eligibleOf = (cell: Breakdown['cells'][number] | undefined) => measure.kind === 'ballots' ? cell?.eligibleVoters ?? null : null

  return first.values.map((value) => {
    const bars = second === undefined
      ? barsOfOne(value)
      : second.values.map((other) => {
          const cell = cells.get(`${value.id}/${other.id}`)
          return { key: other.id, name: other.name, count: measure.kind === 'option' ? votesOf(cell, measure.optionId) : cell?.ballots ?? 0, eligible: eligibleOf(cell) }
        })
    return { key: value.id, name: value.name, sum: bars.reduce((sum, bar) => sum + bar.count, 0), bars }
  })

  function barsOfOne(value: { id: string, name: string }): GroupBar[] {
    const cell = cells.get(value.id)
    if (measure.kind === 'options') return measure.options.map((option) => ({ key: option.id, name: option.name, count: votesOf(cell, option.id), eligible: null }))
    return [{ key: value.id, name: value.name, count: measure.kind === 'option' ? votesOf(cell, measure.optionId) : cell?.ballots ?? 0, eligible: eligibleOf(cell) }]
  }
}

/** True where every bar is a part of those who may vote: then shares are turnout. */
export function isTurnout(groups: readonly BreakdownGroup[]): boolean {
  return groups.every((group) => group.bars.every((bar) => bar.eligible !== null))
}
