import { ballotOf, type Electorate } from '../electorate/electorate.js'
import { createLoad, type LoadSummary } from '../load/load.js'
import type { ApiClient } from '../system/api-client.js'
import type { IngestBallot } from '../system/cast-votes.js'

/**
 * Voters who have voted when the demo is first shown. Choices are held back until each place has filled two groups of ten;
 * with 250 ballots at a place on average all have, and choices move from the first moment on.
 */
export const HEAD_START = 10_000

const BALLOTS_PER_REQUEST = 1_000

/**
 * Casts the ballots of the voters with these numbers as fast as they are accepted, those of online voters, too, as if their
 * places had sent them. Casting again what an earlier run has cast changes nothing. `client` has role INGEST.
 */
export async function castHeadStart(client: ApiClient, electionId: string, electorate: Electorate, { from, to }: { from: number, to: number }): Promise<LoadSummary> {
  return createLoad({ client, electionId, ballots: ballotsOf(electorate, from, to), batch: BALLOTS_PER_REQUEST, inFlight: 2, keepRecords: false }).run()
}

function* ballotsOf(electorate: Electorate, from: number, to: number): Generator<IngestBallot, undefined> {
  for (let number = from; number < to; number += 1) yield ballotOf(electorate.voter(number))
  return undefined
}
