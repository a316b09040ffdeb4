import { graphql } from '../../graphql/graphql.js'
import { liveResultsFragment } from '../documents.js'

export const electionResultsSubscription = graphql(`
  subscription ElectionResults($electionId: ID!, $after: Int, $maxPerSecond: Float) {
    electionResults(electionId: $electionId, after: $after, maxPerSecond: $maxPerSecond) {
      election { id phase closesAt }
      ...LiveResults
    }
  }
`, [liveResultsFragment])

/** Asked only when an open election has been silent for a while: are there ballots that no revision holds yet? */
export const backlogDocument = graphql(`
  query Backlog {
    systemStatus { elections { election { id } ballotsAccepted ballotsPublished } }
  }
`)
