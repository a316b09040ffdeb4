import type { ResultsAt } from './results-at.js'
import type { Structure, Unit } from '../structure/structure.js'
import type { ReportingUnitKind } from '../vocabulary.js'

export const RANKING_ORDERS = ['BALLOTS', 'TURNOUT'] as const
/** By ballots cast, or by ballots cast for each registered voter. */
export type RankingOrder = (typeof RANKING_ORDERS)[number]

/** A unit with its place: 1 for the first, equal ones share a rank ("1, 2, 2, 4"). */
export interface RankedUnit { readonly rank: number, readonly unit: Unit, readonly ballots: number, readonly eligible: number | undefined }

/**
 * The first units of a kind (or, without one, of all places where ballots are cast), those with the most first and equal
 * ones by id. Units that are nowhere, such as federal-only ballots, are left out; by turnout also those whose number of voters is not known.
 */
export function rankUnits(structure: Structure, at: ResultsAt, { by, kind, first }: { by: RankingOrder, kind?: ReportingUnitKind | undefined, first: number }): RankedUnit[] {
  const measured = [...structure.units.values()]
    .filter((unit) => unit.definition.isPlace && (kind === undefined ? unit.isLeaf : unit.definition.kind === kind))
    .flatMap((unit) => {
      const [ballots, eligible] = [at.turnout(unit.id).ballots, at.eligibleVoters(unit.id)]
      const measure = by === 'BALLOTS' ? ballots : eligible === undefined || eligible === 0 ? undefined : ballots / eligible
      return measure === undefined ? [] : [{ unit, ballots, eligible, measure }]
    })
    .toSorted((one, other) => other.measure - one.measure || (one.unit.id < other.unit.id ? -1 : 1))
  let rank = 0
  return measured.slice(0, first).map(({ unit, ballots, eligible, measure }, place) => {
    if (measure !== measured[place - 1]?.measure) rank = place + 1
    return { rank, unit, ballots, eligible }
  })
}
