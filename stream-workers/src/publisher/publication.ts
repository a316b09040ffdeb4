import { isCompleteStatus, type ResultsStatus } from '@livetally/core/election'
import type { PublisherClaim, Revision, VectorEntry } from '@livetally/core/store'
import { makesWindowsFinal } from './finality.js'

/** A full revision at least this often, and as soon as the changes since the last one outweigh it, bounds what a reader must fold to get to the newest. */
const FULL_EVERY = 200
const ROWS_WORTH_A_FULL_ONE = 2
const ROWS_ALWAYS_SPARED = 1_000

/** What has been published of an election, as one publisher knows it. */
export interface Publication {
  /** The newest revision that the database holds. */
  readonly revision: number
  /** The greatest number that anybody may have seen. */
  readonly greatest: number
  /** Whether this publisher has published anything: until then it knows not what its predecessor told. */
  readonly isOwn: boolean
  readonly lastFull: number
  readonly rowsSinceFull: number
  readonly status: ResultsStatus | undefined
  readonly finalUntil: number | null
  /** Ms since 1970. */
  readonly publishedAt: number
  /** Entries of all boxes that are in the newest revision. */
  readonly entries: number
  readonly generations: string
}

/** What could be published now. */
export interface PublishableFacts {
  readonly status: ResultsStatus
  /** Event time of the newest ballot, ms; null before the first. */
  readonly newestAt: number | null
  readonly finalUntil: number | null
  readonly vector: readonly VectorEntry[]
  /** Counts or registered voters changed. */
  readonly hasChanges: boolean
}

/** Where a new owner goes on: at the newest revision of its predecessor, under a number that nobody has seen. */
export function takeOverPublication(claim: PublisherClaim, previous: Revision | undefined, announcedRevision: number, now: number): Publication {
  return {
    revision: claim.lastRevision, greatest: Math.max(announcedRevision, claim.lastRevision), isOwn: false, lastFull: 0, rowsSinceFull: 0,
    status: previous?.status, finalUntil: previous?.finalUntil ?? null, publishedAt: previous?.publishedAt ?? now, entries: entriesIn(previous?.vector ?? []), generations: '',
  }
}

/** Where a box was counted anew with the same result, that is said, too. */
export function isNews(publication: Publication, facts: PublishableFacts): boolean {
  return !publication.isOwn || facts.hasChanges || facts.status !== publication.status || generationsOf(facts.vector) !== publication.generations
    || makesWindowsFinal(facts.newestAt, publication.finalUntil, facts.finalUntil)
}

/** The number of the next revision, and whether it says everything. `size`: rows of a full one. */
export function planRevision({ revision, greatest, isOwn, lastFull, rowsSinceFull }: Publication, size: number): { number: number, isFull: boolean } {
  const number = greatest + 1
  // The first revision of every owner is a full one: readers need not know what its predecessor knew. So is one that skips a number: readers cannot know that they missed nothing.
  const isFull = !isOwn || number !== revision + 1 || number - lastFull >= FULL_EVERY || rowsSinceFull > ROWS_WORTH_A_FULL_ONE * size + ROWS_ALWAYS_SPARED
  return { number, isFull }
}

/** After a revision that the database holds. */
export function afterCommit(publication: Publication, { revision, isFull, rows, status, finalUntil, publishedAt, vector }: Revision): Publication {
  return {
    revision, greatest: revision, isOwn: true, status, finalUntil, publishedAt, entries: entriesIn(vector), generations: generationsOf(vector),
    lastFull: isFull ? revision : publication.lastFull, rowsSinceFull: isFull ? 0 : publication.rowsSinceFull + rows.length,
  }
}

/** After a commit without an answer: it may be done and have been seen, and a restored database would not tell. Its number is not given again. */
export function afterUnconfirmedCommit(publication: Publication, { revision }: Pick<Revision, 'revision'>): Publication {
  return { ...publication, greatest: revision }
}

/** What was said to be final stays so, although a successor has yet to learn the floors. */
export function staysFinal({ finalUntil }: Publication, now: number | null): number | null {
  return finalUntil === null || (now !== null && now > finalUntil) ? now : finalUntil
}

export function wasComplete({ status }: Publication): boolean {
  return status !== undefined && isCompleteStatus(status)
}

export function entriesIn(vector: readonly Pick<VectorEntry, 'nextSeq'>[]): number {
  return vector.reduce((sum, { nextSeq }) => sum + nextSeq, 0)
}

function generationsOf(vector: readonly VectorEntry[]): string {
  return vector.map(({ generation }) => generation).join()
}
