import type { Contest, ContestOption } from '../../elections/documents.js'
import type { ContestTotals, OptionTotal } from '../documents.js'
import { roundShares } from '../../i18n/round-shares.js'

/** `rounded` is its share in per cent as rounded among all options; `isTied`: one of those who are tied for the last seat. */
export interface LeadingOption { option: ContestOption, total: OptionTotal, rounded: number | null, isTied: boolean }

/** Who leads a contest: nobody yet, several alike, or one (or as many as are elected) ahead of the rest. */
export type ContestLeader =
  | { kind: 'none' }
  | { kind: 'tie', leaders: LeadingOption[] }
  | { kind: 'lead', leaders: LeadingOption[], margin: number | null, runnerUp: ContestOption | null }

/** Reads the leader off the published totals; the server decides who leads and whether it is a tie. */
export function leaderOf(contest: Pick<Contest, 'options'>, totals: Pick<ContestTotals, 'votes' | 'leaders' | 'tiedForLast' | 'isTied' | 'margin' | 'totals'> | null): ContestLeader {
  if (totals === null || totals.votes === 0 || totals.leaders.length === 0) return { kind: 'none' }
  const leading = new Set(totals.leaders.map((leader) => leader.id))
  const byId = new Map(totals.totals.map((total) => [total.option.id, total]))
  const tied = new Set(totals.tiedForLast.map(({ id }) => id))
  const rounded = roundShares(contest.options.map((option) => byId.get(option.id)?.share.percent ?? null))
  const leaders = contest.options.flatMap((option, at) => {
    const total = byId.get(option.id)
    return total !== undefined && leading.has(option.id) ? [{ option, total, rounded: rounded[at] ?? null, isTied: tied.has(option.id) }] : []
  })
  if (leaders.length === 0) return { kind: 'none' }
  if (totals.isTied) return { kind: 'tie', leaders }
  return { kind: 'lead', leaders, margin: totals.margin, runnerUp: runnerUpOf(contest, totals.totals, leading) }
}

/** The best of those who do not lead; null where there is none, or several with equally many votes. */
function runnerUpOf(contest: Pick<Contest, 'options'>, totals: readonly OptionTotal[], leading: ReadonlySet<string>): ContestOption | null {
  const rest = totals.filter((total) => !leading.has(total.option.id))
  const most = Math.max(0, ...rest.map((total) => total.votes))
  const best = rest.filter((total) => total.votes === most)
  return best.length === 1 ? contest.options.find((option) => option.id === best[0]?.option.id) ?? null : null
}
