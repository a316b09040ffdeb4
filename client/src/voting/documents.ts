import { graphql, type ResultOf } from '../graphql/graphql.js'

/** What the booth needs of an election: its contests with all that is said about the options. */
export const boothDocument = graphql(`
  query Booth($slug: String!) {
    election(slug: $slug) {
      id slug name phase opensAt closesAt timeZone ballotSecrecy releaseSize
      contests {
        id title variation votesAllowed numberElected
        reportingUnit { id name }
        options { id name isWriteIn photoUrl biography campaignPlatform party { id name abbreviation color } }
      }
    }
  }
`)

export const signInMutation = graphql(`
  mutation SignIn($electionId: ID!, $code: String!) {
    signInWithVotingCode(electionId: $electionId, code: $code) {
      token expiresAt hasVoted
      reportingUnit { id name }
      ballotStyle { id }
    }
  }
`)

export const castVoteMutation = graphql(`
  mutation CastVote($input: CastVoteInput!) {
    castVote(input: $input) {
      __typename
      ... on VoteAccepted { repeated receipt { tracker castAt } }
      ... on VoteRefusal { message }
      ... on ElectionNotOpen { phase }
      ... on InvalidBallot { problems }
    }
  }
`)

export type BoothElection = NonNullable<ResultOf<typeof boothDocument>['election']>
export type BoothContest = BoothElection['contests'][number]
export type CastVerdict = ResultOf<typeof castVoteMutation>['castVote']
