import type { CastAnswer, CastRow } from '../store/index.js'

/** What became of a ballot that was handed to the batcher. */
export type CastOutcome =
  | CastAnswer
  /** Nobody answered in time: it may have been accepted or not. The same request, sent again, will tell. */
  | { verdict: 'UNKNOWN' }
  /** Never sent: too many are waiting, or the process is stopping. */
  | { verdict: 'BUSY', retryAfterMs: number }
  /** The ledger refuses this very row for a reason that is nobody's vote. */
  | { verdict: 'FAILED', error: unknown }

/** A ballot waiting for its answer. `arrivedAt` on the batcher's clock. */
export interface Waiting {
  readonly row: CastRow
  readonly voter: string
  readonly arrivedAt: number
  readonly answer: (outcome: CastOutcome) => void
}

/** One ballot of a batch with those of the same voter that arrived after it: they are not sent, its answer tells theirs. */
export interface Entry { readonly first: Waiting, readonly followers: Waiting[] }

/** The ballots of one box, in the order of arrival. */
export interface BoxQueue {
  readonly election: number
  readonly box: number
  isInFlight: boolean
  waiting: Waiting[]
}

/** Takes the next batch: at most `most` ballots, the same voter's coalesced into one entry. */
export function takeBatch(queue: BoxQueue, most: number): Entry[] {
  const taken = queue.waiting.splice(0, most)
  const entries = new Map<string, Entry>()
  for (const ballot of taken) {
    const entry = entries.get(ballot.voter)
    if (entry === undefined) entries.set(ballot.voter, { first: ballot, followers: [] })
    else entry.followers.push(ballot)
  }
  return [...entries.values()]
}

/** The queue whose first ballot has waited longest, of those that have one and are not in flight. */
export function longestWaiting(queues: Iterable<BoxQueue>): BoxQueue | undefined {
  let found: BoxQueue | undefined
  let oldest = Number.POSITIVE_INFINITY
  for (const queue of queues) {
    const arrivedAt = queue.waiting[0]?.arrivedAt
    if (queue.isInFlight || arrivedAt === undefined || arrivedAt >= oldest) continue
    oldest = arrivedAt
    found = queue
  }
  return found
}

/** What a voter's later ballot hears once the earlier one is answered; undefined if only the ledger can tell. */
export function answerOfFollower({ row }: Waiting, outcome: CastOutcome): CastOutcome | undefined {
  switch (outcome.verdict) {
    case 'ACCEPTED': return { verdict: 'EXISTS', keyHash: row.keyHash, sealedReceipt: row.sealedReceipt }
    case 'EXISTS': return outcome
    case 'UNKNOWN': return outcome
    case 'NOT_OPEN':
    case 'IN_FUTURE':
    case 'VOID_SESSION':
    case 'BEFORE_OPENING':
    case 'BUSY':
    case 'FAILED': return undefined
    default: return outcome satisfies never
  }
}
