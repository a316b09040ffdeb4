import { graphql, type ResultOf } from '../graphql/graphql.js'

/** What the dashboard needs at every revision: the totals of everything. Details are asked for by the panels that show them. */
export const liveResultsFragment = graphql(`
  fragment LiveResults on ElectionResults @_unmask {
    revision publishedAt asOf status
    ballotsCast ballotsCorrected choicesPending eligibleVoters turnout { percent } rates { perSecond perMinute perHour }
    byChannel { channel ballots share { percent } }
    corrections(first: 1) { seq }
    contests {
      contest { id }
      ballots votes undervotes overvotes isTied margin
      leaders { id } tiedForLast { id }
      totals { option { id } votes rank share { percent denominator basis } }
    }
  }
`)

/** The live message, and equally the snapshot that came with the election. */
export type Results = ResultOf<typeof liveResultsFragment>
export type ContestTotals = Results['contests'][number]
export type OptionTotal = ContestTotals['totals'][number]
export type ChannelBallots = Results['byChannel'][number]

/** How many corrections the results contain: they are numbered from 0, without a hole. */
export function correctionsIn(results: Pick<Results, 'corrections'> | null): number {
  return (results?.corrections[0]?.seq ?? -1) + 1
}
