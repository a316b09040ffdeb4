import { electionPartition } from '@livetally/core/events'
import type { PublishedBy, PublisherClaim, RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { tell } from '../story.js'
import type { ElectionPublisher } from './election-publisher.js'
import { createViewRecords, type ViewRecords } from './view-records.js'

/**
 * One election that this process publishes. `nextAt` (monotonic ms) is when its next revision may be committed, `retryMs` how
 * much later it is tried again if that fails.
 */
export interface HeldElection { readonly publisher: ElectionPublisher, readonly views: ViewRecords, shown: string, nextAt: number, retryMs: number, produced: number, noted: number }

/** What this process publishes: what the group gave to it, and what it goes on with until the group has decided. */
export interface HeldElections {
  all(): [key: number, held: HeldElection][]
  get(key: number): HeldElection | undefined
  /** The group has given these partitions of topic `tallies` to this process, and no others. */
  assign(partitions: readonly number[], partitionCount: number): void
  /** Who has which partition is not known at present: what is held is kept, and nothing new is claimed. */
  lose(): void
  isMine(key: number): boolean
  /** The election, claimed if it is not held yet. Undefined if there is nothing to publish, or it may not be claimed now. */
  take(key: number): Promise<HeldElection | undefined>
  /** Claims an election of a publisher that fell silent. False if it is held already, or somebody else was faster. */
  takeOver(from: PublishedBy): Promise<boolean>
  /** Those that are held without the group's word. */
  stoodInFor(): readonly number[]
  drop(key: number): void
  /** Another process has claimed it, if it is still held. */
  letGo(key: number): void
  /** Says what was claimed since the last time, in one line: after a restart that may be thousands. */
  tellTaken(): void
}

const FIRST_RETRY_MS = 100

export function createHeldElections({ owner, store, open, onTaken, logger }: {
  owner: string
  store: Pick<RevisionStore, 'claim' | 'takeOver'>
  /** Claims an election and reads all that publishing it needs. */
  open: (key: number, claim: () => Promise<PublisherClaim | undefined>) => Promise<ElectionPublisher | undefined>
  onTaken: (key: number, publisher: ElectionPublisher) => void
  logger: Logger
}): HeldElections {
  const held = new Map<number, HeldElection>()
  const withoutWord = new Set<number>()
  const justTaken: number[] = []
  let partitions: ReadonlySet<number> = new Set()
  let partitionCount = 1
  let isCertain = false

  const isAssigned = (key: number): boolean => partitions.has(electionPartition(key, partitionCount))
  const isMine = (key: number): boolean => isAssigned(key) || withoutWord.has(key)
  const hold = async (key: number, claim: () => Promise<PublisherClaim | undefined>): Promise<HeldElection | undefined> => {
    const publisher = await open(key, claim)
    if (publisher === undefined) return undefined
    const { producedRevision } = publisher.claim
    const one: HeldElection = { publisher, views: createViewRecords(key, publisher.election.structure), shown: publisher.progress.views.join(' '), nextAt: 0, retryMs: FIRST_RETRY_MS, produced: producedRevision, noted: producedRevision }
    held.set(key, one)
    onTaken(key, publisher)
    return one
  }
  const drop = (key: number): void => {
    held.delete(key)
    withoutWord.delete(key)
  }
  return {
    all: () => [...held],
    get: (key) => held.get(key),
    assign(given, count) {
      partitions = new Set(given)
      partitionCount = count
      isCertain = true
      for (const key of withoutWord) if (isAssigned(key)) withoutWord.delete(key)
      for (const key of held.keys()) if (!isMine(key)) held.delete(key)
    },
    lose() { isCertain = false },
    isMine,
    async take(key) {
      const known = held.get(key)
      if (known !== undefined || !isCertain) return known
      const one = await hold(key, () => store.claim(key, owner))
      if (one === undefined) return undefined
      // The group may have decided anew meanwhile: whoever has it now claims it, too.
      if (!isMine(key)) {
        drop(key)
        return undefined
      }
      justTaken.push(key)
      return one
    },
    async takeOver({ election, epoch }) {
      if (held.has(election) || await hold(election, () => store.takeOver(election, owner, epoch)) === undefined) return false
      if (!isAssigned(election)) withoutWord.add(election)
      return true
    },
    stoodInFor: () => [...withoutWord],
    drop,
    letGo(key) {
      if (!held.has(key)) return
      tell(logger, 'SUPERSEDED', { election: key, epoch: held.get(key)?.publisher.claim.epoch ?? 0 }, 'another process publishes this election now, or the database was restored; whoever holds its partition claims it anew')
      drop(key)
    },
    tellTaken() {
      if (justTaken.length > 0) tell(logger, 'ASSIGNED', { elections: justTaken.splice(0) }, 'publishing these elections')
    },
  }
}
