import type { ConnectionState } from '../../graphql/connection.js'
import type { Results } from '../documents.js'

export type LiveState = 'connecting' | 'live' | 'behind' | 'reconnecting' | 'paused' | 'complete'

/** What the badge says: the state, and how old the numbers on the page are (ms; null while there are none). */
export interface LiveStatus {
  state: LiveState
  ageMs: number | null
  /** How far the numbers are behind the voting, ms; 0 unless `behind`. */
  behindMs: number
}

export interface LiveFacts {
  connection: ConnectionState
  isOnline: boolean
  isPaused: boolean
  results: Pick<Results, 'status' | 'revision'> | null
  ageMs: number | null
  /** How late the newest message was, or how long ballots have been waiting for a revision; ms. */
  lagMs: number
}

/** Less than this is the ordinary way of a vote, and no news. */
const BEHIND_FROM_MS = 3_000

/** Decides what the badge says. A paused page says so before anything else, for the reader did it. */
export function liveStatusOf(facts: LiveFacts): LiveStatus {
  const { ageMs } = facts
  if (facts.results !== null && isComplete(facts.results.status)) return { state: 'complete', ageMs, behindMs: 0 }
  if (facts.isPaused) return { state: 'paused', ageMs, behindMs: 0 }
  if (facts.connection === 'lost' || !facts.isOnline) return { state: 'reconnecting', ageMs, behindMs: 0 }
  if (facts.results === null) return { state: 'connecting', ageMs, behindMs: 0 }
  if (facts.lagMs >= BEHIND_FROM_MS) return { state: 'behind', ageMs, behindMs: facts.lagMs }
  return { state: facts.connection === 'connected' ? 'live' : 'connecting', ageMs, behindMs: 0 }
}

/** All ballots of the closed election are counted. Corrections may still come until it is certified: nothing here says "final". */
export function isComplete(status: Results['status']): boolean {
  return status === 'UNOFFICIAL_COMPLETE' || status === 'CORRECTION' || status === 'RECOUNT' || status === 'CERTIFIED'
}

export interface Arrival {
  publishedAt: string
  asOf: string | null
  /** Age of the message when it arrived, ms, by the server's clock. */
  ageOnArrivalMs: number
  /** The reader's throttle: the server may hold a revision back for as long. */
  throttleMs: number
  /** The first message after (re)connecting is the state as it is: its age says nothing about delay. */
  isFirst: boolean
  /** Whether `asOf` is the ledger's clock, so that it can be compared with `publishedAt`. */
  isDatabaseTime: boolean
  /** Whether it holds ballots that the one before did not: a revision may also only make windows final. */
  hasNewBallots: boolean
}

/** How late a message came, ms: slow counting (published long after its newest ballot) or a slow way to this page. */
export function lagOf(arrival: Arrival): number {
  const way = arrival.isFirst ? 0 : arrival.ageOnArrivalMs - arrival.throttleMs
  const counting = arrival.hasNewBallots && arrival.isDatabaseTime && arrival.asOf !== null ? Date.parse(arrival.publishedAt) - Date.parse(arrival.asOf) : 0
  return Math.max(0, way, counting)
}
