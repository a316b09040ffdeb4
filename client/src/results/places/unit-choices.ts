import type { Election } from '../../elections/documents.js'
import type { Results } from '../documents.js'
import { isComplete } from '../live/live-status.js'
import type { ContestUnit } from './documents.js'

/**
 * What can be said of a contest in one unit. `afterClose`: the unit is smaller than those at which choices are live.
 * `tie`: who is tied for the only or last seat, and who is ahead of them. `elsewhere`: it had too few ballots to be shown alone. `held`: its first group of ballots is not shown yet.
 */
export type UnitChoices =
  | { kind: 'none' | 'held' | 'afterClose' | 'blank' }
  | { kind: 'tie', sure: string[], tied: string[] }
  | { kind: 'elsewhere', unit: string }
  | { kind: 'lead', leaders: string[], percent: number | null }

type Secrecy = Pick<Election, 'ballotSecrecy' | 'releaseUnits'>
type Counted = Pick<Results, 'choicesPending' | 'status'>

export function unitChoices(row: ContestUnit, { ballotSecrecy, releaseUnits }: Secrecy, results: Counted): UnitChoices {
  if (row.shownWith !== null) return { kind: 'elsewhere', unit: row.shownWith.name }
  if (row.ballots === 0) {
    if (ballotSecrecy === 'SECRET' && releaseUnits !== null && row.reportingUnit.isLeaf && !isComplete(results.status)) return { kind: 'afterClose' }
    return { kind: ballotSecrecy === 'SECRET' && results.choicesPending > 0 ? 'held' : 'none' }
  }
  if (row.votes === 0) return { kind: 'blank' }
  if (row.isTied) {
    const tied = new Set(row.tiedForLast.map(({ id }) => id))
    return { kind: 'tie', sure: row.leaders.filter(({ id }) => !tied.has(id)).map(({ name }) => name), tied: row.tiedForLast.map(({ name }) => name) }
  }
  const leaders = new Set(row.leaders.map(({ id }) => id))
  return { kind: 'lead', leaders: row.leaders.map(({ name }) => name), percent: row.totals.find(({ option }) => leaders.has(option.id))?.share.percent ?? null }
}
