import type { Election, ResultsAt, ResultsStatus } from '@livetally/core/election'
import type { Revision, VectorEntry } from '@livetally/core/store'

/** What a revision says besides its numbers. Instants in ms since 1970. */
export interface RevisionFacts {
  readonly revision: number
  readonly publishedAt: number
  readonly status: ResultsStatus
  readonly asOf: number | null
  /** Windows that end at or before this instant are final; −∞ while none can be. */
  readonly finalUntil: number
  readonly vector: readonly VectorEntry[]
}

/** One revision as an answer shows it: every number of the answer is a sum over one vector. One object per revision and election. */
export interface ShownRevision {
  readonly election: Election
  readonly at: ResultsAt
  readonly facts: RevisionFacts
  /** It was asked for as a revision of the past: nothing that it says depends on when it is read. */
  readonly isPast?: boolean
}

export function factsOf(revision: Revision): RevisionFacts {
  return {
    revision: revision.revision,
    publishedAt: revision.publishedAt,
    status: revision.status,
    asOf: revision.asOf,
    finalUntil: revision.finalUntil ?? Number.NEGATIVE_INFINITY,
    vector: revision.vector,
  }
}

/** Before the first publication: nothing is counted, and everything says so with a zero. */
export function factsBeforeFirst(election: Election, now: number): RevisionFacts {
  return {
    revision: 0,
    publishedAt: now,
    status: election.phase === 'DRAFT' || election.phase === 'SCHEDULED' ? 'PRE_ELECTION' : 'UNOFFICIAL_PARTIAL',
    asOf: null,
    finalUntil: Number.NEGATIVE_INFINITY,
    vector: [],
  }
}
