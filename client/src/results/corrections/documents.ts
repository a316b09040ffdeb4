import { graphql, type ResultOf } from '../../graphql/graphql.js'

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

export type Correction = NonNullable<NonNullable<ResultOf<typeof correctionsDocument>['election']>['results']>['corrections'][number]
