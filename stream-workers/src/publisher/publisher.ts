import { createSerial, parseBoxTallied, TOPIC, type EventLog, type RecordBatch } from '@livetally/core/events'
import type { BallotLedger, ElectionStore, ElectorateStore, GroupReleaseStore, PublisherProcessStore, RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { Elections } from '../elections.js'
import { startLoop, type Clock, type Loop } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { createAnnouncedRevisions } from './announced-revisions.js'
import { createTrouble, tell } from '../story.js'
import { createElectionPublisher } from './election-publisher.js'
import { startGroupReleaser } from './group-releaser.js'
import { createHeldElections, type HeldElection } from './held-elections.js'
import { showElections, type PublisherMetrics } from './publisher-metrics.js'
import { createResultsAnnouncer } from './results-announcer.js'
import { sendViews } from './send-views.js'
import { createSettledElections } from './settled-elections.js'
import { startStandIn } from './stand-in.js'

const COMPARE_MS = 2_000
const VIEWS_MS = 1_000
const LEAST_PAUSE_MS = 50
/** So much sooner than its turn a revision may follow: news that comes at an even pace never comes quite evenly, and would wait for half a turn. */
const EARLY_MS = 25
const MOST_PAUSE_MS = 1_000
const THIN_MS = 60_000

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
  const { owner, silentMs, processes, store, electionStore, electorate, groupReleases, ledger, elections, eventLog, quarantine, revisionsKeptMs, clock, logger, metrics } = dependencies
  const { run: inTurn } = createSerial()
  const settled = createSettledElections({ store, clock })
  const announced = createAnnouncedRevisions({ eventLog, clock })
  const resultsProducer = await eventLog.producer()
  const viewsProducer = await eventLog.producer()
  const announcer = createResultsAnnouncer({
    eventLog, producer: resultsProducer, clock, logger, metrics,
    onProduced(key, revision) {
      const one = held.get(key)
      if (one !== undefined) one.produced = Math.max(one.produced, revision)
    },
  })
  const held = createHeldElections({
    owner, store, logger,
    open: (key, claim) => createElectionPublisher(key, { store, claim, electorate, groupReleases, announced, clock, readElection: elections.reload }),
    onTaken(key, publisher) {
      settled.forget((other) => other === key)
      for (const revision of publisher.takeUnproduced()) announcer.announce(revision)
      loop.wake()
    },
  })
  showElections(metrics, clock, () => held.all().map(([election, { publisher }]) => ({ election, publisher })))

  const publish = async (key: number, one: HeldElection): Promise<void> => {
    const began = clock.now()
    const published = await one.publisher.publish()
    const cost = clock.now() - began
    one.nextAt = Math.max(Math.max(one.nextAt, began - EARLY_MS) + LEAST_PAUSE_MS, began + Math.min(MOST_PAUSE_MS, 4 * cost))
    if (published.kind === 'SUPERSEDED') held.letGo(key)
    if (published.kind !== 'PUBLISHED') return
    metrics.revisions.inc()
    metrics.publishSeconds.observe(cost / 1_000)
    announcer.announce(published.revision)
    one.views.take(published.revision)
    const { views } = one.publisher.progress
    if (views.join(' ') !== one.shown) tell(logger, 'VIEWS_SWITCHED', { election: key, revision: published.revision.revision, views }, 'from this revision on, these breakdowns are shown')
    one.shown = views.join(' ')
  }
  const publishDue = async (): Promise<number> => {
    let pause = MOST_PAUSE_MS
    for (const [key, one] of held.all()) {
      if (!one.publisher.isDue || held.get(key) !== one) continue
      if (one.nextAt <= clock.now()) await inTurn(() => publish(key, one))
      if (held.get(key) === one && one.publisher.isDue) pause = Math.min(pause, Math.max(1, one.nextAt - clock.now()))
    }
    return pause
  }
  const onBatch = async (batch: RecordBatch): Promise<void> => {
    for (const record of batch.records) {
      const parsed = parseBoxTallied(record.value)
      if (!parsed.ok) {
        await quarantine.put(record, parsed.reason)
        continue
      }
      const { election, box } = parsed.event
      const one = held.isMine(election) ? await held.take(election) : undefined
      if (one === undefined || one.publisher.take(parsed.event)) continue
      metrics.reloads.inc()
      await one.publisher.reload(box)
    }
    held.tellTaken()
    metrics.behindRecords.set({ partition: batch.partition }, batch.behind)
    reading.over()
    loop.wake()
  }
  const compare = async (): Promise<number> => {
    for (const version of await electionStore.versions()) {
      const { key, phase } = version
      if (phase === 'DRAFT' || !held.isMine(key) || await settled.isSettled(version)) continue
      await inTurn(async () => {
        const one = await held.take(key)
        if (one === undefined) return
        const reloaded = await one.publisher.compare(version)
        if (reloaded === 'SUPERSEDED') return held.letGo(key)
        metrics.reloads.inc(reloaded.length)
        one.views.adopt(one.publisher.election.structure)
        if (one.produced > one.noted) {
          await store.noteProduced(one.publisher.claim, one.produced)
          one.noted = one.produced
        }
        if (one.publisher.isSettled && one.noted > 0 && one.produced === one.noted) settled.settle(version, one.publisher.revision, one.publisher.vector)
      })
    }
    metrics.elections.set(held.all().length)
    held.tellTaken()
    if (held.all().some(([, { publisher }]) => publisher.undecided.length > 0)) releaser.wake()
    loop.wake()
    return COMPARE_MS
  }
  const sendAllViews = async (): Promise<number> => {
    for (const [key, { views }] of held.all()) {
      await sendViews(key, views, { eventLog, producer: viewsProducer })
      if (settled.has(key)) held.drop(key)
    }
    return VIEWS_MS
  }
  /** Old revisions of the elections that are published here: one a minute is enough for history. */
  const thin = async (): Promise<number> => {
    for (const [key, { publisher }] of held.all()) {
      let thinned = 0
      for (let gone = 1; gone > 0; thinned += gone) gone = await store.thin(publisher.claim, clock.wallTime() - revisionsKeptMs)
      if (thinned > 0) tell(logger, 'THINNED', { election: key, records: thinned }, 'thinned old revisions to one a minute')
    }
    return THIN_MS
  }

  const trouble = (what: string) => createTrouble({ logger, clock }, what)
  const reading = trouble('topic tallies cannot be read, or what is in it cannot be published')
  const loop: Loop = startLoop(clock, publishDue, trouble('results cannot be published'))
  const comparer: Loop = startLoop(clock, compare, trouble('the published results cannot be compared with Postgres'))
  const thinner = startLoop(clock, thin, trouble('old revisions cannot be thinned'))
  const standIn = startStandIn({
    owner, silentMs, store: processes, clock, logger, metrics,
    // The slowest part of a claim. What is announced meanwhile the claim itself tells, as Postgres has it.
    prepare: (key) => void announced.newest(key).catch(() => undefined),
    takeOver: (from) => inTurn(() => held.takeOver(from)),
    async keepUp() {
      for (const key of held.stoodInFor()) await inTurn(async () => {
        const publisher = held.get(key)?.publisher
        if (await publisher?.compare(publisher.election) === 'SUPERSEDED') held.letGo(key)
      })
      loop.wake()
      return held.stoodInFor().length
    },
  })
  const releaser = startGroupReleaser({ ledger, store: groupReleases, publishers: () => held.all().map(([, { publisher }]) => publisher), onDecided: () => comparer.wake(), clock, logger })
  const consumer = await eventLog.consume({
    groupId: 'publisher',
    topics: [TOPIC.tallies],
    onAssigned: (assigned) => inTurn(async () => {
      const partitions = assigned.get(TOPIC.tallies) ?? []
      held.assign(partitions, await eventLog.partitionCount(TOPIC.tallies))
      settled.forget((key) => !held.isMine(key))
      comparer.wake()
      metrics.behindRecords.reset()
      reading.over()
      tell(logger, 'ASSIGNED', { topic: TOPIC.tallies, partitions }, 'publishing the elections of these partitions of topic tallies')
    }),
    onLost: async () => {
      held.lose()
      tell(logger, 'UNASSIGNED', { topic: TOPIC.tallies }, 'the event log cannot be reached or took its partitions back; publishing from Postgres what is held')
    },
    onBatch: (batch) => inTurn(() => onBatch(batch)),
    onTrouble: reading.met,
  })
  const wakes = await eventLog.follow({ topic: TOPIC.elections, onRecords: () => comparer.wake() })
  const views = startLoop(clock, sendAllViews, trouble('topics results.* cannot be written, so what changed is sent later'))

  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([wakes, consumer, standIn, releaser, comparer, loop, views, thinner].map((part) => part[Symbol.asyncDispose]()))
      await announcer[Symbol.asyncDispose]()
      await Promise.all([resultsProducer, viewsProducer].map((producer) => producer[Symbol.asyncDispose]()))
    },
  }
}
