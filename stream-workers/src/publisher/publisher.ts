import { isShownToAll } from '@livetally/core/election'
import { parseBoxTallied, TOPIC, type EventLog, type RecordBatch } from '@livetally/core/events'
import type { BallotLedger, ElectionStore, ElectionVersion, ElectorateStore, GroupReleaseStore, PublisherProcessStore, RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart, type Apart } from '../apart.js'
import type { Elections } from '../elections.js'
import { startLoop, type Clock, type Loop } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { createAnnouncedRevisions } from './announced-revisions.js'
import { createTrouble, tell } from '../story.js'
import { createElectionPublisher } from './election-publisher.js'
import { startDueRevisions } from './due-revisions.js'
import { startGroupReleaser } from './group-releaser.js'
import { createHeldElections } from './held-elections.js'
import { showElections, type PublisherMetrics } from './publisher-metrics.js'
import { createResultsAnnouncer } from './results-announcer.js'
import { sendViews } from './send-views.js'
import { createSettledElections } from './settled-elections.js'
import { startStandIn } from './stand-in.js'
import { createRounds, type Rounds } from './rounds.js'
import { createTurns } from './turns.js'

const COMPARE_MS = 2_000
const VIEWS_MS = 1_000
/** So long a batch waits for what its announcements did not follow on; then the next one is read. */
const CATCH_UP_MS = 500
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
  const turns = createTurns()
  const rounds = (mostMs: number): Rounds => createRounds({ turns, clock, mostMs })
  const [comparing, catchingUp, keepingUp] = [rounds(COMPARE_MS), rounds(CATCH_UP_MS), rounds(COMPARE_MS)]
  let isStopping = false
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
      announcer.startOver(key)
      for (const revision of publisher.takeUnproduced()) announcer.announce(revision)
      due.wake()
    },
  })
  const apart = (what: string): Apart => createApart({ logger, clock }, what)
  const apartAs = {
    publish: apart('the results of this election cannot be published'),
    read: apart('what was tallied of this election cannot be read; it is looked for again when it is compared with Postgres'),
    compare: apart('the published results of this election cannot be compared with Postgres'),
    send: apart('what changed in this election cannot be written to topics results.*'),
    thin: apart('old revisions of this election cannot be thinned'),
    takeOver: apart('this election of a silent publisher cannot be taken over'),
  }
  const due = startDueRevisions({ held, turns, apart: apartAs.publish, announcer, clock, logger, metrics })
  showElections(metrics, clock, () => held.all().map(([election, { publisher }]) => ({ election, publisher })))

  /** What is done with one election, one after the other; what it makes due is published then. */
  const inTurn = async <Result>(key: number, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await turns.of(key, work)
    } finally {
      if (held.get(key)?.publisher.isDue === true) due.wake()
    }
  }
  const catchUp = ([key, boxes]: [key: number, boxes: ReadonlySet<number>]): Promise<unknown> => apartAs.read.attempt({ election: key }, () => inTurn(key, async () => {
    const known = held.get(key)
    // Whoever claims it reads all of it.
    if (known === undefined) return held.isMine(key) ? void await held.take(key) : undefined
    for (const box of boxes) {
      metrics.reloads.inc()
      await known.publisher.reload(box)
    }
  }))
  const onBatch = async (batch: RecordBatch): Promise<void> => {
    const missing = new Map<number, Set<number>>()
    for (const record of batch.records) {
      const parsed = parseBoxTallied(record.value)
      if (!parsed.ok) {
        await quarantine.put(record, parsed.reason)
        continue
      }
      const { election, box } = parsed.event
      if (!held.isMine(election) || held.get(election)?.publisher.take(parsed.event) === true) continue
      missing.set(election, (missing.get(election) ?? new Set()).add(box))
    }
    due.wake()
    await catchingUp.run([...missing], ([key]) => key, catchUp)
    held.tellTaken()
    metrics.behindRecords.set({ partition: batch.partition }, batch.behind)
    reading.over()
  }
  const compareOne = async (version: ElectionVersion): Promise<void> => {
    const { key } = version
    if (await settled.isSettled(version)) return
    await inTurn(key, async () => {
      const one = held.isMine(key) ? await held.take(key) : undefined
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
  const compare = async (): Promise<number> => {
    const mine = (await electionStore.versions()).filter(({ key, phase }) => phase !== 'DRAFT' && held.isMine(key))
    await comparing.run(mine, ({ key }) => key, (version) => apartAs.compare.attempt({ election: version.key }, () => compareOne(version)))
    metrics.elections.set(held.all().length)
    held.tellTaken()
    if (held.all().some(([, { publisher }]) => publisher.undecided.length > 0)) releaser.wake()
    return COMPARE_MS
  }
  const sendAllViews = async (): Promise<number> => {
    for (const [key, { views, publisher }] of held.all()) {
      await apartAs.send.attempt({ election: key }, async () => {
        // What anybody may read from Kafka says no more than the API does: of a hidden election it waits.
        if (isShownToAll(publisher.election)) await sendViews(key, views, { eventLog, producer: viewsProducer })
        if (settled.has(key)) held.drop(key)
      })
    }
    return VIEWS_MS
  }
  /** Old revisions of the elections that are published here: one a minute is enough for history. */
  const thin = async (): Promise<number> => {
    for (const [key, { publisher }] of held.all()) {
      await apartAs.thin.attempt({ election: key }, async () => {
        let thinned = 0
        for (let gone = 1; gone > 0 && !isStopping; thinned += gone) gone = await store.thin(publisher.claim, clock.wallTime() - revisionsKeptMs)
        if (thinned > 0) tell(logger, 'THINNED', { election: key, records: thinned }, 'thinned old revisions to one a minute')
      })
    }
    return THIN_MS
  }

  const trouble = (what: string) => createTrouble({ logger, clock }, what)
  const reading = trouble('topic tallies cannot be read, or what is in it cannot be published')
  const comparer: Loop = startLoop(clock, compare, trouble('the published results cannot be compared with Postgres'))
  const thinner = startLoop(clock, thin, trouble('old revisions cannot be thinned'))
  const standIn = startStandIn({
    owner, silentMs, store: processes, clock, logger, metrics,
    // The slowest part of a claim. What is announced meanwhile the claim itself tells, as Postgres has it.
    prepare: (key) => void announced.newest(key).catch(() => undefined),
    takeOver: async (from) => await apartAs.takeOver.attempt(from, () => inTurn(from.election, () => held.takeOver(from))) ?? false,
    async keepUp() {
      await keepingUp.run(held.stoodInFor(), (key) => key, (key) => apartAs.compare.attempt({ election: key }, () => inTurn(key, async () => {
        const publisher = held.get(key)?.publisher
        if (await publisher?.compare(publisher.election) === 'SUPERSEDED') held.letGo(key)
      })))
      return held.stoodInFor().length
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
    onBatch,
    onTrouble: reading.met,
  })
  const wakes = await eventLog.follow({ topic: TOPIC.elections, onRecords: () => comparer.wake() })
  const views = startLoop(clock, sendAllViews, trouble('topics results.* cannot be written, so what changed is sent later'))

  return {
    async [Symbol.asyncDispose]() {
      isStopping = true
      await Promise.all([wakes, consumer, standIn, releaser, comparer, due, views, thinner].map((part) => part[Symbol.asyncDispose]()))
      await Promise.all([comparing, catchingUp, keepingUp].map((part) => part[Symbol.asyncDispose]()))
      await announcer[Symbol.asyncDispose]()
      await Promise.all([resultsProducer, viewsProducer].map((producer) => producer[Symbol.asyncDispose]()))
    },
  }
}
