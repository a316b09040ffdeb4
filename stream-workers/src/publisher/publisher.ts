import { createSerial, electionPartition, parseBoxTallied, TOPIC, type EventLog, type RecordBatch } from '@livetally/core/events'
import type { ElectionStore, ElectorateStore, RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { Elections } from '../elections.js'
import { startLoop, type Clock, type Loop } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { createAnnouncedRevisions } from './announced-revisions.js'
import { ofNewestElections } from '../read-gauge.js'
import { createTrouble, tell } from '../story.js'
import { createElectionPublisher, type ElectionPublisher } from './election-publisher.js'
import type { PublisherMetrics } from './publisher-metrics.js'
import { createResultsAnnouncer } from './results-announcer.js'
import { createSettledElections } from './settled-elections.js'
import { createViewRecords, type ViewRecords } from './view-records.js'

const COMPARE_MS = 2_000
const VIEWS_MS = 1_000
const LEAST_PAUSE_MS = 50
/** So much sooner than its turn a revision may follow: news that comes at an even pace never comes quite evenly, and would wait for half a turn. */
const EARLY_MS = 25
const MOST_PAUSE_MS = 1_000
const RECORDS_PER_REQUEST = 1_000
const THIN_MS = 60_000

export interface PublisherDependencies {
  store: RevisionStore
  electionStore: ElectionStore
  electorate: ElectorateStore
  elections: Elections
  eventLog: EventLog
  quarantine: Quarantine
  /** Every revision is kept so long (ms); after that the last one of each minute. */
  revisionsKeptMs: number
  clock: Clock
  logger: Logger
  metrics: PublisherMetrics
}

/** One election that this process publishes. `nextAt` (monotonic ms) is when its next revision may be committed. */
interface Held { publisher: ElectionPublisher, views: ViewRecords, shown: string, nextAt: number, produced: number, noted: number }

/**
 * Publishes revisions of the elections whose `tallies` partition the group gave to this process. A revision is published
 * when it is committed in Postgres; what then goes to Kafka may be lost or repeated without harm.
 */
export async function startPublisher(dependencies: PublisherDependencies): Promise<AsyncDisposable> {
  const { store, electionStore, electorate, elections, eventLog, quarantine, revisionsKeptMs, clock, logger, metrics } = dependencies
  const { run: inTurn } = createSerial()
  const held = new Map<number, Held>()
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
  let partitions: ReadonlySet<number> = new Set()
  let partitionCount = 1
  let isCertain = false

  const justTaken: number[] = []
  /** One line for all that came at once: after a restart that may be thousands. */
  const tellTaken = (): void => {
    if (justTaken.length > 0) tell(logger, 'ASSIGNED', { elections: justTaken.splice(0) }, 'publishing these elections')
  }
  const states = () => [...held].map(([election, { publisher }]) => ({ election, epoch: publisher.claim.epoch, ...publisher.progress }))
  const show = (gauge: PublisherMetrics['revision'], of: (state: ReturnType<typeof states>[number]) => number): void =>
    gauge.from(() => ofNewestElections(states()).map((state) => ({ labels: { election: state.election }, value: of(state) })))
  show(metrics.revision, ({ revision }) => revision)
  show(metrics.revisionAge, ({ publishedAt }) => Math.max(0, clock.wallTime() - publishedAt) / 1_000)
  show(metrics.epoch, ({ epoch }) => epoch)
  show(metrics.eligible, ({ eligibleVoters }) => eligibleVoters)
  metrics.behind.from(() => [{ labels: {}, value: states().reduce((sum, { behind }) => sum + behind, 0) }])

  const isMine = (key: number): boolean => partitions.has(electionPartition(key, partitionCount))
  const take = async (key: number): Promise<Held | undefined> => {
    const known = held.get(key)
    if (known !== undefined || !isCertain) return known
    const publisher = await createElectionPublisher(key, { store, electorate, announced, clock, readElection: elections.reload })
    if (publisher === undefined) return undefined
    const { claim } = publisher
    const one: Held = { publisher, views: createViewRecords(key, publisher.election.structure), shown: publisher.progress.views.join(' '), nextAt: 0, produced: claim.producedRevision, noted: claim.producedRevision }
    held.set(key, one)
    settled.forget((other) => other === key)
    await produceAgain(one)
    justTaken.push(key)
    return one
  }
  /** What a predecessor committed but did not live to send. */
  const produceAgain = async ({ publisher: { claim } }: Held): Promise<void> => {
    const from = Math.max(claim.producedRevision, claim.lastRevision - 20)
    for (const revision of await store.read(claim.election, from, 20)) announcer.announce(revision)
  }
  const letGo = (key: number): void => {
    tell(logger, 'SUPERSEDED', { election: key, epoch: held.get(key)?.publisher.claim.epoch ?? 0 }, 'another process publishes this election now, or the database was restored; whoever holds its partition claims it anew')
    held.delete(key)
  }
  const publish = async (key: number, one: Held): Promise<void> => {
    const began = clock.now()
    const published = await one.publisher.publish()
    const cost = clock.now() - began
    one.nextAt = Math.max(Math.max(one.nextAt, began - EARLY_MS) + LEAST_PAUSE_MS, began + Math.min(MOST_PAUSE_MS, 4 * cost))
    if (published.kind === 'SUPERSEDED') letGo(key)
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
    for (const [key, one] of held) {
      if (!one.publisher.isDue) continue
      if (one.nextAt <= clock.now()) await inTurn(() => publish(key, one))
      if (held.has(key) && one.publisher.isDue) pause = Math.min(pause, Math.max(1, one.nextAt - clock.now()))
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
      const one = isMine(election) ? await take(election) : undefined
      if (one === undefined || one.publisher.take(parsed.event)) continue
      metrics.reloads.inc()
      await one.publisher.reload(box)
    }
    tellTaken()
    metrics.behindRecords.set({ partition: batch.partition }, batch.behind)
    reading.over()
    loop.wake()
  }
  const compare = async (): Promise<number> => {
    for (const version of await electionStore.versions()) {
      const { key, phase } = version
      if (phase === 'DRAFT' || !isMine(key) || await settled.isSettled(version)) continue
      await inTurn(async () => {
        const one = await take(key)
        if (one === undefined) return
        const reloaded = await one.publisher.compare(version)
        if (reloaded === 'SUPERSEDED') return letGo(key)
        metrics.reloads.inc(reloaded.length)
        one.views.adopt(one.publisher.election.structure)
        if (one.produced > one.noted) {
          await store.noteProduced(one.publisher.claim, one.produced)
          one.noted = one.produced
        }
        if (one.publisher.isSettled && one.noted > 0 && one.produced === one.noted) settled.settle(version, one.publisher.revision, one.publisher.vector)
      })
    }
    metrics.elections.set(held.size)
    tellTaken()
    loop.wake()
    return COMPARE_MS
  }
  const sendViews = async (): Promise<number> => {
    for (const [key, { views }] of [...held]) {
      const partition = electionPartition(key, await eventLog.partitionCount(TOPIC.resultsContests))
      // What changes meanwhile has its turn after the other elections.
      for (let left = views.waiting; left > 0; left -= RECORDS_PER_REQUEST) {
        const records = views.drain(partition, RECORDS_PER_REQUEST)
        if (records.length === 0) break
        try {
          await viewsProducer.send(records)
        } catch (error) {
          views.putBack()
          throw error
        }
      }
      if (settled.has(key)) held.delete(key)
    }
    return VIEWS_MS
  }

  /** Old revisions of the elections that are published here: one a minute is enough for history. */
  const thin = async (): Promise<number> => {
    for (const [key, { publisher }] of [...held]) {
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
  const consumer = await eventLog.consume({
    groupId: 'publisher',
    topics: [TOPIC.tallies],
    onAssigned: (assigned) => inTurn(async () => {
      partitionCount = await eventLog.partitionCount(TOPIC.tallies)
      partitions = new Set(assigned.get(TOPIC.tallies) ?? [])
      isCertain = true
      for (const key of held.keys()) if (!isMine(key)) held.delete(key)
      settled.forget((key) => !isMine(key))
      comparer.wake()
      metrics.behindRecords.reset()
      reading.over()
      tell(logger, 'ASSIGNED', { topic: TOPIC.tallies, partitions: [...partitions] }, 'publishing the elections of these partitions of topic tallies')
    }),
    onLost: async () => {
      isCertain = false
      tell(logger, 'UNASSIGNED', { topic: TOPIC.tallies }, 'the event log cannot be reached or took its partitions back; publishing from Postgres what is held')
    },
    onBatch: (batch) => inTurn(() => onBatch(batch)),
    onTrouble: reading.met,
  })
  const wakes = await eventLog.follow({ topic: TOPIC.elections, onRecords: () => comparer.wake() })
  const views = startLoop(clock, sendViews, trouble('topics results.* cannot be written, so what changed is sent later'))

  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([wakes, consumer, comparer, loop, views, thinner].map((part) => part[Symbol.asyncDispose]()))
      await announcer[Symbol.asyncDispose]()
      await Promise.all([resultsProducer, viewsProducer].map((producer) => producer[Symbol.asyncDispose]()))
    },
  }
}
