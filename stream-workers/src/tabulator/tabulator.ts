import { createSerial, TOPIC, type EventLog } from '@livetally/core/events'
import type { BallotLedger, TallyStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { Elections } from '../elections.js'
import type { Clock } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { createTrouble, tell } from '../story.js'
import { createSignsOfLife } from '../signs-of-life.js'
import { createAssignedBoxes, type AssignedBoxes } from './assigned-boxes.js'
import { createBallotIntake } from './ballot-intake.js'
import { createBoxMender } from './box-mender.js'
import { createBoxes, type Boxes } from './boxes.js'
import { startFlusher } from './flusher.js'
import type { PaneRetention } from './pane-retention.js'
import { createGenerations } from './generations.js'
import { startLedgerComparer } from './ledger-comparer.js'
import { createLedgerFiller } from './ledger-filler.js'
import { startRebuilder } from './rebuilder.js'
import { createSliceFolder } from './slice-folder.js'
import { showBoxes, type TabulatorMetrics } from './tabulator-metrics.js'
import { createTallyAnnouncer } from './tally-announcer.js'

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
  const assigned = createAssignedBoxes()
  const boxes = createBoxes({ store, elections })
  const announcer = createTallyAnnouncer({ eventLog, producer: await eventLog.producer(), clock, logger })
  const folder = createSliceFolder({ ledger, logger, metrics })
  const generations = createGenerations({ store, elections, folder, clock, retention })
  const filler = createLedgerFiller({ folder, generations, boxes, clock, logger, metrics })
  const flusher = startFlusher({ store, boxes, announcer, clock, logger, metrics, onRefused: (id, reason) => { if (reason === 'OTHER_LEDGER') mender.mustRefold(id) } })
  const life = createSignsOfLife({ clock })
  const flush = async (heartbeat?: () => Promise<void>): Promise<void> => {
    await flusher.flushNow()
    life.step()
    await heartbeat?.()
  }
  const mender = createBoxMender({ ledger, boxes, filler, flusher, inTurn, isMine: assigned.has, pause: () => flush(), clock, logger })
  const intake = createBallotIntake({ store, boxes, filler, mender, quarantine, isMine: assigned.has, step: life.step, flush, logger, metrics })
  showBoxes(metrics, boxes.all)
  const trouble = (what: string) => createTrouble({ logger, clock }, what)
  const reading = trouble('topic ballots cannot be read, or what is in it cannot be tallied')
  const consumer = await eventLog.consume({
    groupId: 'tabulator',
    topics: [TOPIC.ballots],
    ...followAssignment({ eventLog, assigned, boxes, inTurn, logger, metrics, onAssigned: reading.over }),
    // Whoever waits for its turn here was given a batch, and must be heard as well.
    onBatch: (batch) => life.during(batch.heartbeat, () => inTurn(async () => {
      await intake.take(batch)
      metrics.behindRecords.set({ partition: batch.partition }, batch.behind)
      reading.over()
      flusher.request(batch.behind)
    })),
    onTrouble: reading.met,
  })
  const rebuilder = startRebuilder({ store, elections, boxes, generations, retention, isMine: (id) => assigned.isCertain && assigned.has(id), isAssigned: () => assigned.isCertain, inTurn, onStep: life.step, clock, logger, metrics })
  const comparer = startLedgerComparer({ store, boxes, mender, isMine: assigned.has, isCertain: () => assigned.isCertain, clock, logger, metrics })

  return {
    async [Symbol.asyncDispose]() {
      for (const part of [rebuilder, comparer, consumer]) await part[Symbol.asyncDispose]()
      await flusher.flushNow().catch(trouble('the last tallies cannot be written, so a successor folds them again').met)
      for (const part of [flusher, announcer]) await part[Symbol.asyncDispose]()
    },
  }
}

/** Which boxes are ours follows the consumer group. Without it what is held goes on being filled from the ledger, and epochs decide. */
function followAssignment({ eventLog, assigned, boxes, inTurn, logger, metrics, onAssigned }: {
  eventLog: EventLog, assigned: AssignedBoxes, boxes: Boxes, inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>, logger: Logger, metrics: TabulatorMetrics, onAssigned: () => void
}): Pick<Parameters<EventLog['consume']>[0], 'onAssigned' | 'onLost'> {
  return {
    onAssigned: (given) => inTurn(async () => {
      const partitions = [...given.get(TOPIC.ballots) ?? []]
      assigned.assign(partitions, await eventLog.partitionCount(TOPIC.ballots))
      boxes.keepOnly(assigned.has)
      metrics.behindRecords.reset()
      onAssigned()
      tell(logger, 'ASSIGNED', { topic: TOPIC.ballots, partitions }, 'tabulating these partitions of topic ballots')
    }),
    onLost: async () => {
      assigned.lose()
      tell(logger, 'UNASSIGNED', { topic: TOPIC.ballots }, 'the event log cannot be reached or took its partitions back; tabulating from the ledger what is held')
    },
  }
}
