import { TOPIC, type EventLog } from '@livetally/core/events'
import type { BallotLedger, ElectionStore, ElectorateStore, GroupReleaseStore, PublisherProcessStore, RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart, type Apart } from '../apart.js'
import type { Elections } from '../elections.js'
import type { Clock, Loop } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { createTrouble, tell } from '../story.js'
import { createAnnouncedRevisions, type AnnouncedRevisions } from './announced-revisions.js'
import { startDueRevisions, type DueRevisions } from './due-revisions.js'
import { COMPARE_MS, startElectionComparer } from './election-comparer.js'
import { createElectionPublisher } from './election-publisher.js'
import { startGroupReleaser } from './group-releaser.js'
import { createHeldElections, type HeldElections } from './held-elections.js'
import { showElections, type PublisherMetrics } from './publisher-metrics.js'
import { createResultsAnnouncer } from './results-announcer.js'
import { startRevisionThinner } from './revision-thinner.js'
import { createRounds } from './rounds.js'
import { startViewSender } from './send-views.js'
import { createSettledElections, type SettledElections } from './settled-elections.js'
import { startStandIn } from './stand-in.js'
import { createTallyIntake } from './tally-intake.js'
import { createTurns, type InTurn, type Turns } from './turns.js'

export interface PublisherDependencies {
  /** Of this process, and of no other nor of an earlier one. */
  owner: string
  /** A publisher without a sign of life for so long (ms) is stood in for. */
  silentMs: number
  processes: PublisherProcessStore
  store: RevisionStore
  electionStore: ElectionStore
  electorate: ElectorateStore
  groupReleases: GroupReleaseStore
  ledger: Pick<BallotLedger, 'read'>
  elections: Elections
  eventLog: EventLog
  quarantine: Quarantine
  /** Every revision is kept so long (ms); after that the last one of each minute. */
  revisionsKeptMs: number
  clock: Clock
  logger: Logger
  metrics: PublisherMetrics
}

/**
 * Publishes revisions of the elections whose `tallies` partition the group gave to this process, and until the group has
 * decided of those whose publisher fell silent. A revision is published when it is committed in Postgres; what then goes to
 * Kafka may be lost or repeated without harm.
 */
export async function startPublisher(dependencies: PublisherDependencies): Promise<AsyncDisposable> {
  const { store, electionStore, ledger, groupReleases, eventLog, revisionsKeptMs, clock, logger, metrics } = dependencies
  const turns = createTurns()
  const settled = createSettledElections({ store, clock })
  const announced = createAnnouncedRevisions({ eventLog, clock })
  const [resultsProducer, viewsProducer] = [await eventLog.producer(), await eventLog.producer()]
  const announcer = createResultsAnnouncer({
    eventLog, producer: resultsProducer, clock, logger, metrics,
    onProduced(key, revision) {
      const one = held.get(key)
      if (one !== undefined) one.produced = Math.max(one.produced, revision)
    },
  })
  const held = createHeldElections({
    owner: dependencies.owner, store, logger,
    open: (key, claim) => createElectionPublisher(key, { ...dependencies, claim, announced, readElection: dependencies.elections.reload }),
    onTaken(key, publisher) {
      settled.forget((other) => other === key)
      announcer.startOver(key)
      for (const revision of publisher.takeUnproduced()) announcer.announce(revision)
      due.wake()
    },
  })
  const apart = (what: string): Apart => createApart({ logger, clock }, what)
  const comparing = apart('the published results of this election cannot be compared with Postgres')
  const due = startDueRevisions({ held, turns, apart: apart('the results of this election cannot be published'), announcer, clock, logger, metrics })
  showElections(metrics, clock, () => held.all().map(([election, { publisher }]) => ({ election, publisher })))
  /** What it makes due is published then. */
  const inTurn: InTurn = async (key, work) => {
    try {
      return await turns.of(key, work)
    } finally {
      if (held.get(key)?.publisher.isDue === true) due.wake()
    }
  }
  const comparer = startElectionComparer({
    held, settled, turns, inTurn, apart: comparing, electionStore, store, clock, logger, metrics,
    onCompared() {
      if (held.all().some(([, { publisher }]) => publisher.undecided.length > 0)) releaser.wake()
    },
  })
  const releaser = startGroupReleaser({
    ledger, store: groupReleases, clock, logger,
    publishers: () => held.all().map(([, { publisher }]) => publisher),
    onDecided: () => comparer.wake(),
    onSuperseded(publisher) {
      const { key } = publisher.election
      if (held.get(key)?.publisher === publisher) held.letGo(key)
      comparer.wake()
    },
  })
  const thinner = startRevisionThinner({ held, store, keptMs: revisionsKeptMs, clock, logger })
  const standIn = standInForOthers({ ...dependencies, held, turns, inTurn, announced, comparing })
  const reader = await readTallies({ ...dependencies, held, settled, turns, inTurn, due, comparer })
  const wakes = await eventLog.follow({ topic: TOPIC.elections, onRecords: () => comparer.wake() })
  const views = startViewSender({ held, settled, eventLog, producer: viewsProducer, clock, logger })

  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([wakes, reader, standIn, releaser, comparer, due, views, thinner].map((part) => part[Symbol.asyncDispose]()))
      await announcer[Symbol.asyncDispose]()
      await Promise.all([resultsProducer, viewsProducer].map((producer) => producer[Symbol.asyncDispose]()))
    },
  }
}

interface Shared { held: HeldElections, turns: Turns, inTurn: InTurn }

/** Takes over from publishers that fell silent, and publishes what was tallied meanwhile of what was taken over. */
function standInForOthers({ owner, silentMs, processes, held, turns, inTurn, announced, comparing, clock, logger, metrics }: PublisherDependencies & Shared & { announced: AnnouncedRevisions, comparing: Apart }): AsyncDisposable {
  const rounds = createRounds({ turns, clock, mostMs: COMPARE_MS })
  const taking = createApart({ logger, clock }, 'this election of a silent publisher cannot be taken over')
  const standIn = startStandIn({
    owner, silentMs, store: processes, clock, logger, metrics,
    // The slowest part of a claim. What is announced meanwhile the claim itself tells, as Postgres has it.
    prepare: (key) => void announced.newest(key).catch(() => undefined),
    takeOver: async (from) => await taking.attempt(from, () => inTurn(from.election, () => held.takeOver(from))) ?? false,
    async keepUp() {
      await rounds.run(held.stoodInFor(), (key) => key, (key) => comparing.attempt({ election: key }, () => inTurn(key, async () => {
        const publisher = held.get(key)?.publisher
        if (await publisher?.compare(publisher.election) === 'SUPERSEDED') held.letGo(key)
      })))
      return held.stoodInFor().length
    },
  })
  return {
    async [Symbol.asyncDispose]() {
      await standIn[Symbol.asyncDispose]()
      await rounds[Symbol.asyncDispose]()
    },
  }
}

/** Reads topic `tallies` as a member of the group, which says what is published here. */
async function readTallies({ eventLog, quarantine, held, settled, turns, inTurn, due, comparer, clock, logger, metrics }: PublisherDependencies & Shared & { settled: SettledElections, due: DueRevisions, comparer: Loop }): Promise<AsyncDisposable> {
  const reading = createTrouble({ logger, clock }, 'topic tallies cannot be read, or what is in it cannot be published')
  const intake = createTallyIntake({
    held, turns, inTurn, quarantine, onTaken: due.wake, clock, metrics,
    apart: createApart({ logger, clock }, 'what was tallied of this election cannot be read; it is looked for again when it is compared with Postgres'),
  })
  const consumer = await eventLog.consume({
    groupId: 'publisher',
    topics: [TOPIC.tallies],
    async onAssigned(assigned) {
      const partitions = assigned.get(TOPIC.tallies) ?? []
      held.assign(partitions, await eventLog.partitionCount(TOPIC.tallies))
      settled.forget((key) => !held.isMine(key))
      comparer.wake()
      metrics.behindRecords.reset()
      reading.over()
      tell(logger, 'ASSIGNED', { topic: TOPIC.tallies, partitions }, 'publishing the elections of these partitions of topic tallies')
    },
    onLost: async () => {
      held.lose()
      tell(logger, 'UNASSIGNED', { topic: TOPIC.tallies }, 'the event log cannot be reached or took its partitions back; publishing from Postgres what is held')
    },
    async onBatch(batch) {
      await intake.onBatch(batch)
      reading.over()
    },
    onTrouble: reading.met,
  })
  return {
    async [Symbol.asyncDispose]() {
      await consumer[Symbol.asyncDispose]()
      await intake[Symbol.asyncDispose]()
    },
  }
}
