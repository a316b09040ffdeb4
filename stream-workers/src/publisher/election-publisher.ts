import { isCompleteStatus, isSameState, type Election, type ElectionState } from '@livetally/core/election'
import type { BoxTallied } from '@livetally/core/events'
import { fromEventRows } from '@livetally/core/events'
import type { BoxFloor, ElectorateStore, GroupReleaseStore, PublisherClaim, Revision, RevisionStore, VectorEntry } from '@livetally/core/store'
import type { Clock } from '../pace.js'
import type { AnnouncedRevisions } from './announced-revisions.js'
import { viewsOf } from '../views.js'
import { finalUntil, FOREVER, makesWindowsFinal } from './finality.js'
import { createMergedTallies } from './merged-tallies.js'
import { createRegisteredVoters } from './registered-voters.js'
import { createCountedBoxes } from './counted-boxes.js'
import { createReleasedGroups } from './released-groups.js'

/** A full revision at least this often, and as soon as the changes since the last one outweigh it, bounds what a reader must fold to get to the newest. */
const FULL_EVERY = 200
const ROWS_WORTH_A_FULL_ONE = 2
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

/**
 * Adds up the boxes of one election and numbers what comes out. It holds the election's epoch, and all of it was read under that epoch.
 * Undefined if there is no such election, or it is a draft: nothing of it is public, and all of it may still be edited.
 */
export async function createElectionPublisher(
  key: number,
  { store, claim: claimNow, electorate, groupReleases, announced, clock, readElection }: {
    store: RevisionStore
    /** Undefined if somebody else was faster. */
    claim: () => Promise<PublisherClaim | undefined>
    electorate: ElectorateStore
    groupReleases: Pick<GroupReleaseStore, 'decided'>
    announced: AnnouncedRevisions
    clock: Clock
    /** Fresh from the database: its phase decides the status. */
    readElection: (key: number) => Promise<Election | undefined>
  },
): Promise<ElectionPublisher | undefined> {
  const [found, announcedRevision] = await Promise.all([readElection(key), announced.newest(key)])
  if (found === undefined || found.phase === 'DRAFT') return undefined
  let election = found
  const claim = await claimNow()
  if (claim === undefined) return undefined
  const merged = createMergedTallies(election.structure)
  merged.want(viewsOf(election.structure))
  const [registered, recent] = await Promise.all([
    createRegisteredVoters(key, election.structure, electorate),
    store.read(key, Math.max(0, claim.lastRevision - MOST_PRODUCED_AGAIN, Math.min(claim.producedRevision, claim.lastRevision - 1)), MOST_PRODUCED_AGAIN),
    store.readBoxes(key, (box) => merged.replace(box)),
  ])
  let unproduced = recent.filter(({ revision }) => revision > claim.producedRevision)
  const previous = recent.find(({ revision }) => revision === claim.lastRevision)

  const sealed = new Map<number, number>()
  let floors = new Map<number, BoxFloor>()
  /** As the database holds it. */
  let lastRevision = claim.lastRevision
  /** Nobody may have seen a greater one. */
  let greatest = Math.max(announcedRevision, claim.lastRevision)
  let lastFull = 0
  let rowsSinceFull = 0
  let lastStatus = previous?.status
  let lastFinal = previous?.finalUntil ?? null
  let hasPublished = false
  let publishedAt = previous?.publishedAt ?? clock.wallTime()
  let publishedEntries = entriesIn(previous?.vector ?? [])
  let lastGenerations = ''

  const wasComplete = (): boolean => lastStatus !== undefined && isCompleteStatus(lastStatus)
  const counted = createCountedBoxes({ key, store, merged, sealed, election: () => election, isAllTold: () => wasComplete() || released.undecided().length === 0 })
  const released = createReleasedGroups({ key, store: groupReleases, merged, election: () => election, isAllCounted: counted.isAllCounted })
  const give = (number: number): void => {
    greatest = number
    announced.note(key, number)
  }
  const newestAt = (): number | null => {
    const instants = merged.vector(sealed).map(({ box }) => merged.newestAt(box)).filter((at) => at !== null)
    return instants.length === 0 ? null : Math.max(...instants)
  }
  /** What was said to be final stays so, although a successor has yet to learn the floors. */
  const finalNow = (): number | null => {
    const until = finalUntil(election.structure, merged, sealed, floors)
    return lastFinal === null || (until !== null && until > lastFinal) ? until : lastFinal
  }
  /** Where a box was counted anew with the same result, that is said, too. */
  const generations = (): string => merged.vector(sealed).map(({ generation }) => generation).join()
  const isNews = (): boolean => !hasPublished || generations() !== lastGenerations || merged.hasChanges || registered.hasChanges || counted.status() !== lastStatus
    || makesWindowsFinal(newestAt(), lastFinal, finalNow())
  const reload = async (box: number): Promise<void> => {
    await store.readBoxes(key, (state) => merged.replace(state), box)
  }
  const compare: ElectionPublisher['compare'] = async (version) => {
    const isKnown = version !== undefined && isSameState(version, election)
    // All is read before any of it counts: a phase without the seals that belong to it would say too much.
    const fresh = isKnown ? election : (await readElection(key)) ?? election
    const latest = await store.latest(key)
    await registered.compare(fresh.structure)
    const states = await store.positions(key)
    if (latest !== lastRevision) return 'SUPERSEDED'
    election = fresh
    if (!isKnown) merged.want(viewsOf(election.structure))
    // Not only added to: a restored database may hold boxes that are open again.
    sealed.clear()
    for (const { box, sealedSeq } of states) if (sealedSeq !== null) sealed.set(box, sealedSeq)
    const isTicking = (election.phase === 'OPEN' || election.phase === 'PAUSED') && election.structure.definition.time.source === 'DATABASE' && lastFinal !== FOREVER && makesWindowsFinal(newestAt(), lastFinal, clock.wallTime())
    if (isTicking) floors = new Map((await store.floors(key)).map((floor) => [floor.box, floor]))
    const reloaded: number[] = []
    for (const state of states) {
      // Postgres is the truth: what is known to be elsewhere came from no tabulator, or from before a restore.
      if (merged.isKnown(state)) continue
      await reload(state.box)
      reloaded.push(state.box)
    }
    await counted.lookForRecount()
    await released.follow()
    return reloaded
  }
  if (await compare(election) === 'SUPERSEDED') return undefined

  return {
    claim,
    takeUnproduced() {
      const taken = unproduced
      unproduced = []
      return taken
    },
    get election() { return election },
    get revision() { return lastRevision },
    get vector() { return merged.vector(sealed) },
    take: (event) => merged.update({ ...event, fromChain: event.fromChain ?? '', chain: event.chain ?? '', views: event.views ?? [], rows: fromEventRows(event.rows) }) !== 'GAP',
    reload,
    compare,
    get isDue() { return isNews() },
    get progress() {
      return {
        revision: lastRevision, publishedAt, views: merged.shown,
        eligibleVoters: registered.total,
        behind: Math.max(0, entriesIn(merged.vector(sealed)) - publishedEntries),
      }
    },
    get undecided() { return released.undecided() },
    get isSettled() {
      if (isNews() || released.undecided().length > 0) return false
      return wasComplete() && (election.phase === 'CERTIFIED') === (lastStatus === 'CERTIFIED')
    },
    async publish() {
      await counted.lookForRecount()
      if (!isNews()) return { kind: 'NOTHING_NEW' }
      const number = greatest + 1
      // The first revision of every owner is a full one: readers need not know what its predecessor knew. So is one that skips a number: readers cannot know that they missed nothing.
      const isFull = !hasPublished || number !== lastRevision + 1 || number - lastFull >= FULL_EVERY || rowsSinceFull > ROWS_WORTH_A_FULL_ONE * merged.size + 1_000
      const changes = merged.takeChanges()
      const voters = registered.takeChanges()
      const counts = isFull ? merged.all() : changes
      const generationsNow = generations()
      const revision: Revision = {
        election: key,
        revision: number,
        publishedAt: clock.wallTime(),
        status: counted.status(),
        asOf: newestAt(),
        finalUntil: finalNow(),
        isFull,
        vector: merged.vector(sealed),
        rows: [...counts, ...isFull ? registered.all() : voters],
      }
      try {
        if (!(await store.commit(claim, revision, lastRevision))) return { kind: 'SUPERSEDED' }
      } catch (error) {
        merged.putBack()
        registered.markChanged(voters)
        // It may be committed and have been seen, and a restored database would not tell: this number is not given again.
        give(number)
        throw error
      }
      give(number)
      lastRevision = number
      hasPublished = true
      publishedAt = revision.publishedAt
      publishedEntries = entriesIn(revision.vector)
      lastGenerations = generationsNow
      rowsSinceFull = isFull ? 0 : rowsSinceFull + revision.rows.length
      if (isFull) lastFull = lastRevision
      lastStatus = revision.status
      lastFinal = revision.finalUntil
      return { kind: 'PUBLISHED', revision }
    },
  }
}

const entriesIn = (vector: Revision['vector']): number => vector.reduce((sum, { nextSeq }) => sum + nextSeq, 0)
