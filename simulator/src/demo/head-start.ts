import { ballotOf, ballotOnRoll, type Electorate, type SyntheticVoter } from '../electorate/electorate.js'
import { createLoad, type LoadSummary } from '../load/load.js'
import type { ApiClient } from '../system/api-client.js'
import { registerVoters } from '../system/voters.js'

/**
 * Voters who have voted when the demo is first shown. Choices are held back until each place has filled two groups of ten;
 * with 250 ballots at a place on average all have, and choices move from the first moment on.
 */
export const HEAD_START = 10_000

const BALLOTS_PER_REQUEST = 1_000

/**
 * Casts the ballots of the voters with these numbers as fast as they are accepted: of those who vote online as voters of the roll,
 * on which they are put first, of the others as their places send them. Casting again what an earlier run has cast changes nothing.
 */
export async function castHeadStart({ manager, ingest }: HeadStartClients, electionId: string, electorate: Electorate, { from, to }: { from: number, to: number }): Promise<LoadSummary> {
  const voters = Array.from({ length: to - from }, (_, at) => electorate.voter(from + at))
  await registerVoters(manager, electionId, voters.filter(isOnline).map(({ voterId, place, channel, attributes }) => ({ voterId, reportingUnitId: place.id, channel, attributes })))
  const ballots = voters.map((voter) => isOnline(voter) ? ballotOnRoll(voter) : ballotOf(voter))
  return createLoad({ client: ingest, electionId, ballots, batch: BALLOTS_PER_REQUEST, inFlight: 2, keepRecords: false }).run()
}

/** Clients with the roles of their names. */
export interface HeadStartClients { readonly manager: ApiClient, readonly ingest: ApiClient }

function isOnline({ channel }: SyntheticVoter): boolean {
  return channel === 'ONLINE'
}
