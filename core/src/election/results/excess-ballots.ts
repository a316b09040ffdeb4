import type { Structure } from '../structure/structure.js'
import { nameCounts } from './contest-counts.js'
import type { ResultsAt } from './results-at.js'

/** A contest that says more ballots at a place (and those that are shown with it) than were cast there. */
export interface ExcessBallots { readonly unit: string, readonly contest: string, readonly inContest: number, readonly ballots: number }

/**
 * Where contests have more ballots than the places that they are counted at: corrections of turnout were made while nobody knew
 * the choices, and those have not been corrected since. Such results do not add up, and are not certified.
 */
export function findExcessBallots(structure: Structure, results: Pick<ResultsAt, 'turnout' | 'contest' | 'shownWith'>): ExcessBallots[] {
  const together = new Map<string, string[]>()
  for (const { id } of structure.leaves) {
    const shown = results.shownWith(id) ?? id
    together.set(shown, [...together.get(shown) ?? [], id])
  }
  return [...together].flatMap(([unit, leaves]) => structure.ballotStyle(unit).flatMap(({ id: contest }): ExcessBallots[] => {
    const inContest = leaves.reduce((sum, leaf) => sum + nameCounts(results.contest(contest, leaf)).ballots, 0)
    const ballots = leaves.reduce((sum, leaf) => sum + results.turnout(leaf).ballots, 0)
    return inContest > ballots ? [{ unit, contest, inContest, ballots }] : []
  }))
}
