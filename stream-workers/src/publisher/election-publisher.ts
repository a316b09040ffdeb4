import type { Election, ElectionState } from '@livetally/core/election'
import type { BoxTallied } from '@livetally/core/events'
import type { PublisherClaim, Revision, VectorEntry } from '@livetally/core/store'
import type { AnnouncedRevisions } from './announced-revisions.js'
import { createCountedElection, type CountedElection, type CountedElectionDependencies } from './counted-election.js'
import { afterCommit, afterUnconfirmedCommit, entriesIn, isNews, planRevision, takeOverPublication, wasComplete, type Publication } from './publication.js'

/** Readers fill what is older from Postgres. */
const MOST_PRODUCED_AGAIN = 20

export type Published =
  | { kind: 'PUBLISHED', revision: Revision }
  | { kind: 'NOTHING_NEW' }
  /** Another process has claimed this election, or the database was restored under this one: let go of it. */
  | { kind: 'SUPERSEDED' }

/** How far publishing is. `publishedAt`: ms since 1970 of the newest revision, or of when this process took the election if there is none. `behind`: entries known to be tallied that are in no revision. `views`: the breakdowns shown. */
export interface PublishingProgress { readonly revision: number, readonly publishedAt: number, readonly eligibleVoters: number, readonly behind: number, readonly views: readonly string[] }

export interface ElectionPublisher {
  readonly claim: PublisherClaim
  /** What a predecessor committed but did not live to send, oldest first. Told once. */
  takeUnproduced(): readonly Revision[]
  readonly election: Election
  /** The newest revision, as the database holds it. */
  readonly revision: number
  /** How far every box is known. */
  readonly vector: readonly VectorEntry[]
  /** Takes an announcement; false where the box must be reloaded. */
  take(event: BoxTallied): boolean
  reload(box: number): Promise<void>
  /** Compares with the database: positions, phase, seals, registered voters, floors. Returns the boxes that had to be reloaded. The definition is read again unless `version` says that it is the one known. `SUPERSEDED`: as of `publish`. */
  compare(version?: ElectionState): Promise<number[] | 'SUPERSEDED'>
  readonly isDue: boolean
  readonly progress: PublishingProgress
  /** Commits the next revision, if anything is new. */
  publish(): Promise<Published>
  /** Breakdowns (and places) of which it has yet to be decided which sets of secret ballots are told together; none before every box is sealed and counted. */
  readonly undecided: readonly string[]
  /** True once nothing can change any more: everything sealed is counted and published as complete. */
  readonly isSettled: boolean
}

export interface ElectionPublisherDependencies extends Omit<CountedElectionDependencies, 'publication'> {
  /** Undefined if somebody else was faster. */
  claim: () => Promise<PublisherClaim | undefined>
  announced: AnnouncedRevisions
}

/**
 * Adds up the boxes of one election and numbers what comes out. It holds the election's epoch, and all of it was read under that epoch.
 * Undefined if there is no such election, or it is a draft: nothing of it is public, and all of it may still be edited.
 */
export async function createElectionPublisher(key: number, { claim: claimNow, announced, ...dependencies }: ElectionPublisherDependencies): Promise<ElectionPublisher | undefined> {
  const { store, clock, readElection } = dependencies
  const [found, announcedRevision] = await Promise.all([readElection(key), announced.newest(key)])
  if (found === undefined || found.phase === 'DRAFT') return undefined
  const claim = await claimNow()
  if (claim === undefined) return undefined
  const { lastRevision, producedRevision } = claim
  const recent = await store.read(key, Math.max(0, lastRevision - MOST_PRODUCED_AGAIN, Math.min(producedRevision, lastRevision - 1)), MOST_PRODUCED_AGAIN)
  const published = { current: takeOverPublication(claim, recent.find(({ revision }) => revision === lastRevision), announcedRevision, clock.wallTime()) }
  const counted = await createCountedElection(found, { ...dependencies, publication: () => published.current })
  if (await counted.compare(found) === 'SUPERSEDED') return undefined
  return publishCounted({ claim, store, announced, clock, counted, published, unproduced: recent.filter(({ revision }) => revision > producedRevision) })
}

interface Parts extends Pick<ElectionPublisherDependencies, 'store' | 'clock' | 'announced'> {
  claim: PublisherClaim
  counted: CountedElection
  unproduced: readonly Revision[]
  published: { current: Publication }
}

function publishCounted({ claim, store, announced, clock, counted, unproduced, published }: Parts): ElectionPublisher {
  const { merged, registered } = counted
  let toProduce = unproduced
  const isDue = (): boolean => isNews(published.current, counted.facts())
  const nextRevision = (): Revision => {
    const { number, isFull } = planRevision(published.current, merged.size)
    const { status, newestAt, finalUntil } = counted.facts()
    const changes = merged.takeChanges()
    const voters = registered.takeChanges()
    const rows = isFull ? [...merged.all(), ...registered.all()] : [...changes, ...voters]
    return { election: claim.election, revision: number, publishedAt: clock.wallTime(), status, asOf: newestAt, finalUntil, isFull, vector: counted.vector(), rows }
  }
  const give = (next: Publication): void => {
    published.current = next
    announced.note(claim.election, next.greatest)
  }
  return {
    claim,
    takeUnproduced() {
      const taken = toProduce
      toProduce = []
      return taken
    },
    get election() { return counted.election },
    get revision() { return published.current.revision },
    get vector() { return counted.vector() },
    take: counted.take,
    reload: counted.reload,
    compare: counted.compare,
    get isDue() { return isDue() },
    get progress() {
      const { revision, publishedAt, entries } = published.current
      return { revision, publishedAt, views: merged.shown, eligibleVoters: registered.total, behind: Math.max(0, entriesIn(counted.vector()) - entries) }
    },
    get undecided() { return counted.undecided },
    get isSettled() {
      if (isDue() || counted.undecided.length > 0) return false
      return wasComplete(published.current) && (counted.election.phase === 'CERTIFIED') === (published.current.status === 'CERTIFIED')
    },
    async publish() {
      await counted.lookForRecount()
      if (!isDue()) return { kind: 'NOTHING_NEW' }
      const revision = nextRevision()
      try {
        if (!(await store.commit(claim, revision, published.current.revision))) return { kind: 'SUPERSEDED' }
      } catch (error) {
        merged.putBack()
        registered.putBack()
        give(afterUnconfirmedCommit(published.current, revision))
        throw error
      }
      give(afterCommit(published.current, revision))
      return { kind: 'PUBLISHED', revision }
    },
  }
}
