import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql.js'

export const topUnitsDocument = graphql(`
  query TopUnits($electionId: ID!, $by: RankingOrder!, $first: Int) {
    election(id: $electionId) {
      id
      results {
        revision
        topUnits(by: $by, first: $first) { rank reportingUnit { id name } ballots isOverEligible turnout { percent } }
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
          nodes { reportingUnit { id name kind parent { id name } } ballots eligibleVoters isOverEligible turnout { percent } }
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

export const contestByUnitDocument = graphql(`
  query ContestByUnit($electionId: ID!, $contestId: ID!, $first: Int, $filter: ReportingUnitFilter) {
    election(id: $electionId) {
      id
      results {
        revision
        contest(id: $contestId) {
          byUnit(first: $first, filter: $filter) {
            totalCount
            nodes {
              reportingUnit { id name isLeaf }
              shownWith { id name }
              ballots votes isTied leaders { id name } tiedForLast { id name } totals { option { id } share { percent } }
            }
          }
        }
      }
    }
  }
`)

type ContestPage = NonNullable<NonNullable<NonNullable<ResultOf<typeof contestByUnitDocument>['election']>['results']>['contest']>['byUnit']
export type ContestUnit = ContestPage['nodes'][number]
type TurnoutPage = NonNullable<NonNullable<ResultOf<typeof turnoutByUnitDocument>['election']>['results']>['turnoutByUnit']
export type UnitTurnout = TurnoutPage['nodes'][number]
export type TurnoutVariables = VariablesOf<typeof turnoutByUnitDocument>
export type UnitKind = UnitTurnout['reportingUnit']['kind']
export type UnitOrder = NonNullable<TurnoutVariables['orderBy']>
export type UnitFilter = NonNullable<TurnoutVariables['filter']>
