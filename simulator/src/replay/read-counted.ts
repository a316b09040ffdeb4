import type { VoteChannel } from '@livetally/core/election'
import type { ApiClient } from '../system/api-client.js'
import { localIdOf } from '../system/election-shape.js'

/** What the system published for one contest, in local ids. */
export interface CountedContest {
  /** Option id → votes. */
  totals: ReadonlyMap<string, number>
  /** `channel/option` → votes. */
  byChannel: ReadonlyMap<string, number>
  /** `unit/channel/option` → votes, leaves only. */
  byUnit: ReadonlyMap<string, number>
  /** Unit → over votes, and under votes; leaves only. */
  overByUnit?: ReadonlyMap<string, number>
  underByUnit?: ReadonlyMap<string, number>
}

interface Totals { totals: { option: { id: string }, votes: number }[] }
interface ByChannel { byChannel: ({ channel: VoteChannel } & Totals)[] }
interface UnitPage { nodes: ({ reportingUnit: { id: string }, overvotes: number, undervotes: number } & ByChannel)[], pageInfo: { hasNextPage: boolean, endCursor: string | null } }
interface Answer { election: { results: { contest: (Totals & ByChannel & { byUnit: UnitPage }) | null } | null } | null }

const COUNTED = `query Counted($election: ID!, $contest: ID!, $after: String, $withWhole: Boolean!) {
  election(id: $election) {
    results {
      contest(id: $contest) {
        totals @include(if: $withWhole) { option { id } votes }
        byChannel @include(if: $withWhole) { channel totals { option { id } votes } }
        byUnit(first: 100, after: $after, filter: { leavesOnly: true }) {
          nodes { reportingUnit { id } overvotes undervotes byChannel { channel totals { option { id } votes } } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
}`

/** Reads one contest's published results, down to every leaf and channel. */
export async function readCounted(client: ApiClient, election: string, contest: string): Promise<CountedContest> {
  const counted = { totals: new Map<string, number>(), byChannel: new Map<string, number>(), byUnit: new Map<string, number>(), overByUnit: new Map<string, number>(), underByUnit: new Map<string, number>() }
  for (let after: string | null = null, isFirst = true; ; isFirst = false) {
    const answer: Answer = await client.request<Answer>(COUNTED, { election, contest, after, withWhole: isFirst })
    const results = answer.election?.results?.contest
    if (results === null || results === undefined) return counted
    if (isFirst) {
      for (const { option, votes } of results.totals) counted.totals.set(localIdOf(option.id), votes)
      addChannels(counted.byChannel, '', results)
    }
    for (const unit of results.byUnit.nodes) {
      const id = localIdOf(unit.reportingUnit.id)
      addChannels(counted.byUnit, `${id}/`, unit)
      counted.overByUnit.set(id, unit.overvotes)
      counted.underByUnit.set(id, unit.undervotes)
    }
    if (!results.byUnit.pageInfo.hasNextPage) return counted
    after = results.byUnit.pageInfo.endCursor
  }
}

function addChannels(into: Map<string, number>, prefix: string, { byChannel }: ByChannel): void {
  for (const { channel, totals } of byChannel) for (const { option, votes } of totals) into.set(`${prefix}${channel}/${localIdOf(option.id)}`, votes)
}
