import type { VoteChannel } from '@livetally/core/election'
import type { ApiClient } from '../system/api-client.js'
import { localIdOf } from '../system/election-shape.js'

/** Ballots that the system published, in all and of each place: `place/channel` → ballots, in local ids. */
export interface CountedTurnout { total: number, byPlace: ReadonlyMap<string, number> }

interface Page { nodes: { reportingUnit: { id: string }, byChannel: { channel: VoteChannel, ballots: number }[] }[], pageInfo: { hasNextPage: boolean, endCursor: string | null } }
interface Answer { election: { results: { ballotsCast: number, turnoutByUnit: Page } | null } | null }

const TURNOUT = `query Turnout($election: ID!, $after: String) {
  election(id: $election) {
    results {
      ballotsCast
      turnoutByUnit(first: 100, after: $after, filter: { leavesOnly: true }) {
        nodes { reportingUnit { id } byChannel { channel ballots } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`

export async function readTurnout(client: ApiClient, election: string): Promise<CountedTurnout> {
  const byPlace = new Map<string, number>()
  let total = 0
  for (let after: string | null = null; ;) {
    const answer: Answer = await client.request<Answer>(TURNOUT, { election, after })
    const results = answer.election?.results
    if (results === null || results === undefined) return { total, byPlace }
    total = results.ballotsCast
    for (const { reportingUnit, byChannel } of results.turnoutByUnit.nodes) {
      for (const { channel, ballots } of byChannel) if (ballots !== 0) byPlace.set(`${localIdOf(reportingUnit.id)}/${channel}`, ballots)
    }
    if (!results.turnoutByUnit.pageInfo.hasNextPage) return { total, byPlace }
    after = results.turnoutByUnit.pageInfo.endCursor
  }
}
