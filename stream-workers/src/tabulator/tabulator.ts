import { ballotAcceptedKey, ballotsPartition, createSerial, parseBallotAccepted, TOPIC, type EventLog, type LogRecord, type RecordBatch } from '@livetally/core/events'
import type { BoxEntry } from '@livetally/core/election'
import type { BallotLedger, BoxId, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { Elections } from '../elections.js'
import { startLoop, type Clock } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { ofNewestElections } from '../read-gauge.js'
import { createTrouble, tell } from '../story.js'
import { createSignsOfLife } from '../signs-of-life.js'
import type { BallotBox } from './ballot-box.js'
import { createBoxMender } from './box-mender.js'
import { createBoxes, idOf } from './boxes.js'
import { startFlusher } from './flusher.js'
import type { PaneRetention } from './pane-retention.js'
import { createGenerations } from './generations.js'
import { createLedgerFiller } from './ledger-filler.js'
import { startRebuilder } from './rebuilder.js'
import { createSliceFolder } from './slice-folder.js'
import type { TabulatorMetrics } from './tabulator-metrics.js'
import { createTallyAnnouncer } from './tally-announcer.js'

const RECONCILE_MS = 2_000
/** Rounds of taking and filling for the records of one box in one batch; what is then still missing is left to the next reconcile. */
const MOST_ROUNDS = 8

export interface TabulatorDependencies {
  ledger: Pick<BallotLedger, 'heads' | 'read'>
  store: TallyStore
  eventLog: EventLog
  elections: Elections
  quarantine: Quarantine
  clock: Clock
  retention: PaneRetention
  logger: Logger
  metrics: TabulatorMetrics
}

/**
 * Folds the entries of topic `ballots` into tallies, each exactly once whatever the event log does: `seq` decides what is
 * a repeat and what is missing, the epoch decides who may write, and every two seconds the ledger decides what was never delivered.
 */
export async function startTabulator(dependencies: TabulatorDependencies): Promise<AsyncDisposable> {
  const { ledger, store, eventLog, elections, quarantine, clock, retention, logger, metrics } = dependencies
  const { run: inTurn } = createSerial()
  const boxes = createBoxes({ store, elections })
  const announcer = createTallyAnnouncer({ eventLog, producer: await eventLog.producer(), clock, logger })
  const folder = createSliceFolder({ ledger, logger, metrics })
  const generations = createGenerations({ store, elections, folder, clock, retention })
  const filler = createLedgerFiller({ folder, generations, boxes, clock, logger, metrics })
  const flusher = startFlusher({ store, boxes, announcer, clock, logger, metrics, onRefused: (id, reason) => { if (reason === 'OTHER_LEDGER') mender.mustRefold(id) } })
  const life = createSignsOfLife({ clock })
  const mender = createBoxMender({ ledger, boxes, filler, flusher, inTurn, isMine: (id) => isMine(id), pause: () => flushBetween(async () => undefined)(), clock, logger })
  const stoodAt = new Map<string, number>()
  let partitions: ReadonlySet<number> = new Set()
  let partitionCount = 1
  let isCertain = false

  const show = (gauge: TabulatorMetrics['position'], of: (box: BallotBox) => number): void =>
    gauge.from(() => ofNewestElections(boxes.all().map((box) => ({ election: box.claim.election, box }))).map(({ election, box }) => ({ labels: { election, box: box.claim.box }, value: of(box) })))
  show(metrics.position, ({ position }) => position.nextSeq)
  show(metrics.epoch, ({ claim }) => claim.epoch)
  show(metrics.generation, ({ claim }) => claim.generation)

  const isMine = ({ election, box }: BoxId): boolean => partitions.has(ballotsPartition(election, box, partitionCount))
  const note = (box: BallotBox, taken: ReturnType<BallotBox['take']>): void => {
    metrics.folded.inc(taken.folded)
    metrics.repeats.inc(taken.repeats)
    if (taken.invalid === 0) return
    metrics.invalid.inc(taken.invalid)
    tell(logger, 'ALARM', { election: box.claim.election, box: box.claim.box, entries: taken.invalid }, 'entries name something that their election does not know; they are counted nowhere')
  }
  const flushBetween = (heartbeat: () => Promise<void>) => async (): Promise<void> => {
    await flusher.flushNow()
    life.step()
    await heartbeat()
  }
  /** Folds the entries; wherever they do not follow, the ledger is read, and the rest is offered again. */
  const fold = async (box: BallotBox, entries: readonly BoxEntry[], heartbeat: () => Promise<void>): Promise<void> => {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const taken = box.take(entries)
      note(box, taken)
      if (taken.stopped === undefined) return
      if (taken.stopped === 'FULL') {
        // What follows is offered again; what was taken is then a repeat.
        await flushBetween(heartbeat)()
        if (boxes.peek(box.claim) !== box) return
        round -= 1
        continue
      }
      await filler.fill(box, flushBetween(heartbeat))
      if (boxes.peek(box.claim) !== box) return
    }
  }
  const entriesByBox = async (batch: RecordBatch): Promise<Map<string, { id: BoxId, entries: BoxEntry[] }>> => {
    const byBox = new Map<string, { id: BoxId, entries: BoxEntry[] }>()
    // Neighbours are mostly of one box.
    let last: { id: BoxId, entries: BoxEntry[] } | undefined
    for (const record of batch.records) {
      const parsed = parseBallotAccepted(record.value)
      if (!parsed.ok) {
        await quarantine.put(record, parsed.reason)
        continue
      }
      const { election, box } = parsed.event
      if (last?.id.election !== election || last.id.box !== box) {
        const id = idOf(parsed.event)
        last = byBox.get(id) ?? { id: { election, box }, entries: [] }
        byBox.set(id, last)
      }
      last.entries.push(parsed.event)
    }
    return byBox
  }
  const onBatch = async (batch: RecordBatch): Promise<void> => {
    const byBox = await entriesByBox(batch)
    const failed: BoxId[] = []
    for (const { id, entries } of byBox.values()) {
      life.step()
      // What is skipped here is read from the ledger by whoever mends the box.
      if (!mender.isAt(id) && !await mender.attempt(id, () => foldBatch(batch, id, entries))) failed.push(id)
    }
    // Where nothing went well it may be nobody's own trouble: while the tallies cannot be reached, the batch comes again.
    if (failed.length > 0 && failed.length === byBox.size) await store.lagging()
    mender.leaveToUs(failed)
    metrics.behindRecords.set({ partition: batch.partition }, batch.behind)
    reading.over()
    flusher.request(batch.behind)
  }
  const foldBatch = async (batch: RecordBatch, id: BoxId, entries: readonly BoxEntry[]): Promise<void> => {
    const box = isMine(id) ? await boxes.own(id) : undefined
    if (box !== undefined) return fold(box, entries, batch.heartbeat)
    const stray = batch.records.find((record: LogRecord) => record.key === ballotAcceptedKey(id.election, id.box))
    if (stray !== undefined) await quarantine.put(stray, 'There is no such ballot box, or it does not belong to this partition.')
  }
  /** Reads what the event log never delivered: boxes behind their ledger that stood still since the last look. */
  const reconcile = async (): Promise<number> => {
    const lagging = (await store.lagging()).filter(isMine)
    const stood = new Map(lagging.map((lag) => [idOf(lag), boxes.peek(lag)?.position.nextSeq ?? lag.nextSeq]))
    const due = lagging.filter((lag) => stoodAt.get(idOf(lag)) === stood.get(idOf(lag)) || mender.isDue(lag))
    mender.leaveAllBut(lagging)
    for (const lag of due) if (isCertain || boxes.peek(lag) !== undefined) await mender.mend(lag)
    stoodAt.clear()
    for (const [id, seq] of stood) stoodAt.set(id, seq)
    metrics.boxes.set(boxes.all().length)
    metrics.behind.set(lagging.reduce((sum, lag) => sum + Math.max(0, lag.head - (boxes.peek(lag)?.position.nextSeq ?? lag.nextSeq)), 0))
    return RECONCILE_MS
  }

  const trouble = (what: string) => createTrouble({ logger, clock }, what)
  const reading = trouble('topic ballots cannot be read, or what is in it cannot be tallied')
  const consumer = await eventLog.consume({
    groupId: 'tabulator',
    topics: [TOPIC.ballots],
    onAssigned: (assigned) => inTurn(async () => {
      partitionCount = await eventLog.partitionCount(TOPIC.ballots)
      partitions = new Set(assigned.get(TOPIC.ballots) ?? [])
      isCertain = true
      boxes.keepOnly(isMine)
      metrics.behindRecords.reset()
      reading.over()
      tell(logger, 'ASSIGNED', { topic: TOPIC.ballots, partitions: [...partitions] }, 'tabulating these partitions of topic ballots')
    }),
    // Without the group nobody may have taken over: what is held goes on being filled from the ledger, and epochs decide.
    onLost: async () => {
      isCertain = false
      tell(logger, 'UNASSIGNED', { topic: TOPIC.ballots }, 'the event log cannot be reached or took its partitions back; tabulating from the ledger what is held')
    },
    // Whoever waits for its turn here was given a batch, and must be heard as well.
    onBatch: (batch) => life.during(batch.heartbeat, () => inTurn(() => onBatch(batch))),
    onTrouble: reading.met,
  })
  const rebuilder = startRebuilder({ store, elections, boxes, generations, retention, isMine: (id) => isCertain && isMine(id), isAssigned: () => isCertain, inTurn, onStep: life.step, clock, logger, metrics })
  const reconciler = startLoop(clock, reconcile, trouble('the ledger cannot be compared with the tallies'))

  return {
    async [Symbol.asyncDispose]() {
      await rebuilder[Symbol.asyncDispose]()
      await reconciler[Symbol.asyncDispose]()
      await consumer[Symbol.asyncDispose]()
      await flusher.flushNow().catch(trouble('the last tallies cannot be written, so a successor folds them again').met)
      await flusher[Symbol.asyncDispose]()
      await announcer[Symbol.asyncDispose]()
    },
  }
}
