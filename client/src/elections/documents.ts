import { graphql, type ResultOf } from '../graphql/graphql.js'
import { liveResultsFragment } from '../results/documents.js'

/** The elections of one page of the list: open ones with how far they are, the coming, and the past by pages. */
export const electionListDocument = graphql(`
  query ElectionList($search: String, $past: Int!) {
    open: elections(first: 50, filter: { phases: [OPEN, PAUSED], search: $search }, orderBy: OPENS_AT_DESC) {
      nodes { id slug name description phase opensAt closesAt timeZone results { revision ballotsCast eligibleVoters turnout { percent } } }
      totalCount
    }
    coming: elections(first: 50, filter: { phases: [SCHEDULED], search: $search }, orderBy: OPENS_AT_ASC) {
      nodes { id slug name description phase opensAt closesAt timeZone }
      totalCount
    }
    past: elections(first: $past, filter: { phases: [CLOSED, CERTIFIED], search: $search }, orderBy: OPENS_AT_DESC) {
      nodes { id slug name description phase opensAt closesAt timeZone results { revision ballotsCast eligibleVoters turnout { percent } } }
      totalCount
    }
  }
`)

const definitionFragment = graphql(`
  fragment Definition on Election @_unmask {
    id slug name description timeZone phase opensAt closesAt timeSource resultsVisibility ballotSecrecy releaseSize releaseUnits choicesByChannel
    parties { id name abbreviation color }
    breakdowns { by { id name values { id name } } }
    windowUnits { id name }
    contests {
      id title variation votesAllowed numberElected
      reportingUnit { id name }
      options { id name isWriteIn photoUrl biography campaignPlatform party { id name abbreviation color } }
    }
  }
`)

/** An election's definition, and its results as they are now (null while they may not be shown). */
export const electionDocument = graphql(`
  query ElectionBySlug($slug: String!) {
    election(slug: $slug) { ...Definition results { ...LiveResults } }
  }
`, [definitionFragment, liveResultsFragment])

/** Edits of the definition and changes of the phase; the cache carries them to wherever the election is shown. */
export const electionChangedSubscription = graphql(`
  subscription ElectionChanged($electionId: ID!) {
    electionChanged(electionId: $electionId) { ...Definition }
  }
`, [definitionFragment])

export type Election = NonNullable<ResultOf<typeof electionDocument>['election']>
export type Contest = Election['contests'][number]
export type ContestOption = Contest['options'][number]
export type BreakdownDefinition = Election['breakdowns'][number]
export type ElectionSummary = ResultOf<typeof electionListDocument>['open']['nodes'][number]
export type ComingElection = ResultOf<typeof electionListDocument>['coming']['nodes'][number]
