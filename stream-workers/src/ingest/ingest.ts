import { TOPIC, type EventLog, type RecordBatch } from '@livetally/core/events'
import type { Logger } from 'pino'
import type { Clock } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { createTrouble, tell } from '../story.js'
import type { BallotDesk } from './ballot-desk.js'
import { createRecordDecider } from './decide-records.js'
import type { IngestMetrics } from './ingest-metrics.js'
import type { SignatureChecker } from './signature-checker.js'
import { whileBeating } from './while-beating.js'
import { verdictRecord } from './verdict-record.js'

export interface IngestDependencies {
  eventLog: EventLog
  signatures: SignatureChecker
  desk: BallotDesk
  /** Why no ballot may be accepted at all now; undefined if ballots may. Asked before any is taken. */
  obstacle: () => Promise<string | undefined>
  quarantine: Quarantine
  clock: Clock
  logger: Logger
  metrics: IngestMetrics
}

/** Records decided together: what bounds memory, and the size of the ledger's transactions. */
const CHUNK = 500

/**
 * Takes ballots that other systems write to topic `ballots.incoming` to the ledger, and answers each on `ballots.verdicts`. A
 * position moves only when the verdicts before it are out: a record may be decided twice, and hears the same both times.
 */
export async function startIngest({ eventLog, signatures, desk, obstacle, quarantine, clock, logger, metrics }: IngestDependencies): Promise<AsyncDisposable> {
  const producer = await eventLog.producer()
  const decider = createRecordDecider({ signatures, desk, quarantine, clock, logger, metrics })
  const trouble = createTrouble({ logger, clock }, 'ballots of other systems cannot be taken')
  const stopping = new AbortController()

  const answer = async (records: RecordBatch['records'], heartbeat: () => Promise<void>): Promise<void> => {
    const partitions = await eventLog.partitionCount(TOPIC.ballotsVerdicts)
    const decided = await decider.decide(records, heartbeat, stopping.signal)
    await producer.send(decided.map((verdict, at) => verdictRecord(verdict, records[at]?.key, partitions)))
    for (const { verdict } of decided) metrics.verdicts.inc({ verdict })
  }
  const onBatch = async ({ partition, records, heartbeat, behind }: RecordBatch): Promise<void> => {
    for (let at = 0; at < records.length; at += CHUNK) {
      const chunk = records.slice(at, at + CHUNK)
      const began = clock.now()
      await whileBeating(clock, heartbeat, () => answer(chunk, heartbeat))
      metrics.batchSeconds.observe((clock.now() - began) / 1_000)
      metrics.behind.set({ partition }, behind + records.length - at - chunk.length)
    }
    trouble.over()
  }
  const consumer = await eventLog.consume({
    groupId: 'ingest',
    topics: [TOPIC.ballotsIncoming],
    async onAssigned(assigned) {
      const why = await obstacle()
      if (why !== undefined) throw new Error(why)
      const partitions = assigned.get(TOPIC.ballotsIncoming) ?? []
      metrics.partitions.set(partitions.length)
      trouble.over()
      tell(logger, 'ASSIGNED', { topic: TOPIC.ballotsIncoming, partitions }, 'taking ballots of other systems from these partitions of topic ballots.incoming')
    },
    async onLost() {
      metrics.partitions.set(0)
      metrics.behind.reset()
      tell(logger, 'UNASSIGNED', { topic: TOPIC.ballotsIncoming }, 'the event log took its partitions of topic ballots.incoming back, or cannot be reached; ballots that were sent wait there')
    },
    onBatch,
    onTrouble: trouble.met,
  })
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await consumer[Symbol.asyncDispose]()
      await producer[Symbol.asyncDispose]()
    },
  }
}
