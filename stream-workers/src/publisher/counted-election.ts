import { isSameState, type Election, type ElectionState } from '@livetally/core/election'
import { fromEventRows, type BoxTallied } from '@livetally/core/events'
import type { BoxFloor, BoxState, ElectorateStore, GroupReleaseStore, RevisionStore, VectorEntry } from '@livetally/core/store'
import type { Clock } from '../pace.js'
import { viewsOf } from '../views.js'
import { createCountedBoxes } from './counted-boxes.js'
import { finalUntil, FOREVER, makesWindowsFinal } from './finality.js'
import { createMergedTallies, type MergedTallies } from './merged-tallies.js'
import { staysFinal, wasComplete, type Publication, type PublishableFacts } from './publication.js'
import { createRegisteredVoters, type RegisteredVoters } from './registered-voters.js'
import { createReleasedGroups } from './released-groups.js'

/** What is known of one election: its boxes added up, its phase, seals, floors and registered voters. */
export interface CountedElection {
  readonly election: Election
  readonly merged: MergedTallies
  readonly registered: RegisteredVoters
  /** Breakdowns (and places) of which it has yet to be decided which sets of secret ballots are told together; none before every box is sealed and counted. */
  readonly undecided: readonly string[]
  vector(): VectorEntry[]
  facts(): PublishableFacts
  /** Takes an announcement; false where the box must be reloaded. */
  take(event: BoxTallied): boolean
  reload(box: number): Promise<void>
  /** Compares with the database. Returns the boxes that had to be reloaded; `SUPERSEDED` where it no longer holds the newest revision. */
  compare(version?: ElectionState): Promise<number[] | 'SUPERSEDED'>
  /** Tallies do not say of what type the corrections were: asks, where that decides the status. */
  lookForRecount(): Promise<void>
}

export interface CountedElectionDependencies {
  store: RevisionStore
  electorate: ElectorateStore
  groupReleases: Pick<GroupReleaseStore, 'decided'>
  clock: Clock
  /** Fresh from the database: its phase decides the status. */
  readElection: (key: number) => Promise<Election | undefined>
  /** What has been published so far. */
  publication: () => Publication
}

/** Reads registered voters and all boxes of an election. What else the database says, `compare` reads. */
export async function createCountedElection(first: Election, { store, electorate, groupReleases, clock, readElection, publication }: CountedElectionDependencies): Promise<CountedElection> {
  const { key } = first
  let election = first
  const merged = createMergedTallies(election.structure)
  merged.want(viewsOf(election.structure))
  const [registered] = await Promise.all([
    createRegisteredVoters(key, election.structure, electorate),
    store.readBoxes(key, (box) => merged.replace(box)),
  ])
  const sealed = new Map<number, number>()
  let floors = new Map<number, BoxFloor>()
  const counted = createCountedBoxes({ key, store, merged, sealed, election: () => election, isAllTold: () => wasComplete(publication()) || released.undecided().length === 0 })
  const released = createReleasedGroups({ key, store: groupReleases, merged, election: () => election, isAllCounted: counted.isAllCounted })
  const newestAt = (): number | null => newestOf(merged.vector(sealed).map(({ box }) => merged.newestAt(box)))
  const reload = (box: number): Promise<void> => store.readBoxes(key, (state) => merged.replace(state), box)
  const adopt = (states: readonly BoxState[]): void => {
    // Not only added to: a restored database may hold boxes that are open again.
    sealed.clear()
    for (const { box, sealedSeq } of states) if (sealedSeq !== null) sealed.set(box, sealedSeq)
  }
  return {
    get election() { return election },
    merged,
    registered,
    get undecided() { return released.undecided() },
    vector: () => merged.vector(sealed),
    facts: () => ({
      status: counted.status(), newestAt: newestAt(), finalUntil: staysFinal(publication(), finalUntil(election.structure, merged, sealed, floors)),
      vector: merged.vector(sealed), hasChanges: merged.hasChanges || registered.hasChanges,
    }),
    take: (event) => merged.update({ ...event, fromChain: event.fromChain ?? '', chain: event.chain ?? '', views: event.views ?? [], rows: fromEventRows(event.rows) }) !== 'GAP',
    reload,
    async compare(version) {
      const isKnown = version !== undefined && isSameState(version, election)
      // All is read before any of it counts: a phase without the seals that belong to it would say too much.
      const fresh = isKnown ? election : (await readElection(key)) ?? election
      const latest = await store.latest(key)
      await registered.compare(fresh.structure)
      const states = await store.positions(key)
      if (latest !== publication().revision) return 'SUPERSEDED'
      election = fresh
      if (!isKnown) merged.want(viewsOf(election.structure))
      adopt(states)
      if (isTicking(election, publication(), newestAt(), clock.wallTime())) floors = new Map((await store.floors(key)).map((floor) => [floor.box, floor]))
      // Postgres is the truth: what is known to be elsewhere came from no tabulator, or from before a restore.
      const reloaded: number[] = []
      for (const state of states) {
        if (merged.isKnown(state)) continue
        await reload(state.box)
        reloaded.push(state.box)
      }
      await counted.lookForRecount()
      await released.follow()
      return reloaded
    },
    lookForRecount: counted.lookForRecount,
  }
}

/** Whether time alone can make windows final that hold ballots. */
function isTicking({ phase, structure }: Election, { finalUntil: lastFinal }: Publication, newestAt: number | null, now: number): boolean {
  return (phase === 'OPEN' || phase === 'PAUSED') && structure.definition.time.source === 'DATABASE' && lastFinal !== FOREVER && makesWindowsFinal(newestAt, lastFinal, now)
}

function newestOf(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : Math.max(...known)
}
