import type { ApiClient } from '../system/api-client.js'
import { localIdOf } from '../system/election-shape.js'

/** What the system published for one contest of secret ballots, in local ids; choices by channel are not told. */
export interface SecretCounted {
  /** Option id → votes. */
  totals: ReadonlyMap<string, number>
  /** `place/option` → votes. */
  byPlace: ReadonlyMap<string, number>
  /** A place → the one that its choices are shown with, as it had too few ballots to be shown alone. */
  shownWith: ReadonlyMap<string, string>
}

interface Totals { totals: { option: { id: string }, votes: number }[] }
interface UnitPage { nodes: ({ reportingUnit: { id: string }, shownWith: { id: string } | null } & Totals)[], pageInfo: { hasNextPage: boolean, endCursor: string | null } }
interface Answer { election: { results: { contest: (Totals & { byUnit: UnitPage }) | null } | null } | null }

const COUNTED = `query SecretCounted($election: ID!, $contest: ID!, $after: String) {
  election(id: $election) {
    results {
      contest(id: $contest) {
        totals { option { id } votes }
        byUnit(first: 100, after: $after, filter: { leavesOnly: true }) {
          nodes { reportingUnit { id } shownWith { id } totals { option { id } votes } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
}`

/** Reads one contest's published results, down to every place. */
export async function readSecretCounted(client: ApiClient, election: string, contest: string): Promise<SecretCounted> {
  const [totals, byPlace, shownWith] = [new Map<string, number>(), new Map<string, number>(), new Map<string, string>()]
  for (let after: string | null = null; ;) {
    const answer: Answer = await client.request<Answer>(COUNTED, { election, contest, after })
    const results = answer.election?.results?.contest
    if (results === null || results === undefined) return { totals, byPlace, shownWith }
    for (const { option, votes } of results.totals) totals.set(localIdOf(option.id), votes)
    for (const { reportingUnit, shownWith: other, totals: ofPlace } of results.byUnit.nodes) {
      const place = localIdOf(reportingUnit.id)
      if (other !== null) shownWith.set(place, localIdOf(other.id))
      for (const { option, votes } of ofPlace) byPlace.set(`${place}/${localIdOf(option.id)}`, votes)
    }
    if (!results.byUnit.pageInfo.hasNextPage) return { totals, byPlace, shownWith }
    after = results.byUnit.pageInfo.endCursor
  }
}
