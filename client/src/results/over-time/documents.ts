import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql.js'

export const timelineDocument = graphql(`
  query Timeline($electionId: ID!, $contestId: ID, $reportingUnitId: ID, $window: WindowInput!) {
    election(id: $electionId) {
      id
      results {
        revision
        timeline(contestId: $contestId, reportingUnitId: $reportingUnitId, window: $window) {
          start end ballots isFinal late totals { option { id } votes }
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

export type TimelineWindow = NonNullable<NonNullable<ResultOf<typeof timelineDocument>['election']>['results']>['timeline'][number]
export type HourOfVoting = NonNullable<NonNullable<ResultOf<typeof byHourDocument>['election']>['results']>['byHour'][number]
export type WindowVariables = VariablesOf<typeof timelineDocument>['window']
