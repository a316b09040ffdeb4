import type { ApiClient } from '../system/api-client.js'
import { watchResults } from '../system/results-watch.js'

interface Published { election: { results: { ballotsCast: number } | null } | null }

/** Ballots in the newest published revision; 0 before there is one. */
export async function publishedBallots(client: ApiClient, id: string): Promise<number> {
  const { election } = await client.request<Published>('query Published($id: ID!) { election(id: $id) { results { ballotsCast } } }', { id })
  return election?.results?.ballotsCast ?? 0
}

/** Waits until at least `wanted` ballots are published, or for 60 s nothing further was, and resolves with what is published then. */
export async function waitForCount(client: ApiClient, electionId: string, wanted: number): Promise<number> {
  const news = await watchResults(client, { electionId, patienceMs: 60_000, until: ({ ballotsCast }) => ballotsCast >= wanted })
  return news?.ballotsCast ?? await publishedBallots(client, electionId)
}
