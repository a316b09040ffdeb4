import { graphql, type ResultOf, type VariablesOf } from '../graphql/graphql.js'

/** What the dashboard needs at every revision: the totals of everything. Details are asked for by the panels that show them. */
export const liveResultsFragment = graphql(`
  fragment LiveResults on ElectionResults @_unmask {
    revision publishedAt asOf status skipped
    ballotsCast eligibleVoters turnout { percent } rates { perSecond perMinute perHour }
    byChannel { channel ballots share { percent } }
    corrections(first: 1) { seq }
    contests {
      contest { id }
      ballots votes undervotes overvotes isTied margin
      leaders { id }
      totals { option { id } votes rank share { percent denominator basis } }
    }
  }
`)

export const electionResultsSubscription = graphql(`
  subscription ElectionResults($electionId: ID!, $after: Int, $maxPerSecond: Float) {
    electionResults(electionId: $electionId, after: $after, maxPerSecond: $maxPerSecond) {
      election { id phase closesAt }
      ...LiveResults
    }
  }
`, [liveResultsFragment])

export const timelineDocument = graphql(`
  query Timeline($electionId: ID!, $contestId: ID, $reportingUnitId: ID, $window: WindowInput!) {
    election(id: $electionId) {
      id
      results {
        revision
        timeline(contestId: $contestId, reportingUnitId: $reportingUnitId, window: $window) {
          start end ballots isFinal totals { option { id } votes }
        }
      }
    }
  }
`)

export const byHourDocument = graphql(`
  query ByHour($electionId: ID!, $reportingUnitId: ID, $from: DateTime) {
    election(id: $electionId) {
      id
      results {
        revision
        byHour(reportingUnitId: $reportingUnitId, from: $from) { start end ballots turnout { percent } ballotsSoFar turnoutSoFar { percent } }
      }
    }
  }
`)

export const topUnitsDocument = graphql(`
  query TopUnits($electionId: ID!, $by: RankingOrder!, $first: Int) {
    election(id: $electionId) {
      id
      results {
        revision
        topUnits(by: $by, first: $first) { rank reportingUnit { id name } ballots turnout { percent } }
      }
    }
  }
`)

export const turnoutByUnitDocument = graphql(`
  query TurnoutByUnit($electionId: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: ReportingUnitFilter, $orderBy: UnitTurnoutOrder) {
    election(id: $electionId) {
      id
      results {
        revision
        turnoutByUnit(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
          totalCount
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          nodes { reportingUnit { id name kind parent { id name } } ballots eligibleVoters turnout { percent } }
        }
      }
    }
  }
`)

/** How many units of each kind the election has: the kinds that the turnout table offers. */
export const unitKindsDocument = graphql(`
  query UnitKinds($electionId: ID!) {
    election(id: $electionId) {
      id
      STATE: reportingUnits(first: 1, filter: { kinds: [STATE] }) { totalCount }
      COUNTY: reportingUnits(first: 1, filter: { kinds: [COUNTY] }) { totalCount }
      CITY: reportingUnits(first: 1, filter: { kinds: [CITY] }) { totalCount }
      WARD: reportingUnits(first: 1, filter: { kinds: [WARD] }) { totalCount }
      PRECINCT: reportingUnits(first: 1, filter: { kinds: [PRECINCT] }) { totalCount }
      POLLING_PLACE: reportingUnits(first: 1, filter: { kinds: [POLLING_PLACE] }) { totalCount }
      CONGRESSIONAL_DISTRICT: reportingUnits(first: 1, filter: { kinds: [CONGRESSIONAL_DISTRICT] }) { totalCount }
      STATE_SENATE_DISTRICT: reportingUnits(first: 1, filter: { kinds: [STATE_SENATE_DISTRICT] }) { totalCount }
      STATE_HOUSE_DISTRICT: reportingUnits(first: 1, filter: { kinds: [STATE_HOUSE_DISTRICT] }) { totalCount }
      DISTRICT: reportingUnits(first: 1, filter: { kinds: [DISTRICT] }) { totalCount }
      OTHER: reportingUnits(first: 1, filter: { kinds: [OTHER] }) { totalCount }
    }
  }
`)

export const breakdownDocument = graphql(`
  query Breakdown($electionId: ID!, $contestId: ID, $by: [String!]!) {
    election(id: $electionId) {
      id
      results {
        revision
        breakdown(contestId: $contestId, by: $by) {
          isComplete
          by { id name values { id name } }
          cells { values { id name } ballots eligibleVoters totals { option { id } votes } }
        }
      }
    }
  }
`)

/** The newest corrections of an election's counts. */
export const correctionsDocument = graphql(`
  query Corrections($electionId: ID!) {
    election(id: $electionId) {
      id
      results {
        revision
        corrections(first: 50) {
          seq type channel reason by at
          reportingUnit { id name }
          changes { count old new contest { id title } option { id name } }
        }
      }
    }
  }
`)

/** Asked only when an open election has been silent for a while: are there ballots that no revision holds yet? */
export const backlogDocument = graphql(`
  query Backlog {
    systemStatus { elections { election { id } ballotsAccepted ballotsPublished } }
  }
`)

/** The live message, and equally the snapshot that came with the election. */
export type Results = ResultOf<typeof liveResultsFragment>
export type ContestTotals = Results['contests'][number]
export type OptionTotal = ContestTotals['totals'][number]
export type ChannelBallots = Results['byChannel'][number]
export type TimelineWindow = NonNullable<NonNullable<ResultOf<typeof timelineDocument>['election']>['results']>['timeline'][number]
export type HourOfVoting = NonNullable<NonNullable<ResultOf<typeof byHourDocument>['election']>['results']>['byHour'][number]
export type WindowVariables = VariablesOf<typeof timelineDocument>['window']
export type TurnoutPage = NonNullable<NonNullable<ResultOf<typeof turnoutByUnitDocument>['election']>['results']>['turnoutByUnit']
export type UnitTurnout = TurnoutPage['nodes'][number]
export type TurnoutVariables = VariablesOf<typeof turnoutByUnitDocument>
export type UnitKind = UnitTurnout['reportingUnit']['kind']
export type UnitOrder = NonNullable<TurnoutVariables['orderBy']>
export type Correction = NonNullable<NonNullable<ResultOf<typeof correctionsDocument>['election']>['results']>['corrections'][number]
export type Breakdown = NonNullable<NonNullable<ResultOf<typeof breakdownDocument>['election']>['results']>['breakdown']

/** How many corrections the results contain: they are numbered from 0, without a hole. */
export function correctionsIn(results: Pick<Results, 'corrections'> | null): number {
  return (results?.corrections[0]?.seq ?? -1) + 1
}
