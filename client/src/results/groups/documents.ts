import { graphql, type ResultOf } from '../../graphql/graphql.js'

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

export type Breakdown = NonNullable<NonNullable<NonNullable<ResultOf<typeof breakdownDocument>['election']>['results']>['breakdown']>
