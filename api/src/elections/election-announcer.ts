import type { Election } from '@livetally/core/election'
import { electionChangedKey, electionPartition, encodeElectionChanged, TOPIC, type EventLog, type LogProducer, type OutgoingRecord } from '@livetally/core/events'
import type { ElectionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createTask } from '../server/repeated-task.js'

export interface ElectionAnnouncer extends AsyncDisposable {
  /** Something has changed: returns at once, nobody's mutation waits for Kafka. */
  announceSoon(): void
}

interface Dependencies {
  store: Pick<ElectionStore, 'load' | 'notAnnounced' | 'noteAnnounced'>
  eventLog: EventLog
  logger: Logger
  everyMs?: number
}

const AT_ONCE = 50
/** Brokers take records of 1 MB unless told otherwise. */
const LARGEST_DEFINITION = 900_000

/**
 * Tells topic `elections` of every change of phase or definition, at least once: the database notes what has been announced
 * after Kafka has it, never before, so that nothing is lost while Kafka or this process is away.
 */
export function createElectionAnnouncer({ store, eventLog, logger, everyMs = 2_000 }: Dependencies): ElectionAnnouncer {
  let producer: LogProducer | undefined
  let isStopping = false

  const announce = async (): Promise<void> => {
    const partitions = await eventLog.partitionCount(TOPIC.elections)
    for (let keys = await store.notAnnounced(AT_ONCE); keys.length > 0; keys = await store.notAnnounced(AT_ONCE)) {
      for (const key of keys) {
        const election = await store.load(key)
        if (election === undefined || isStopping) return
        producer ??= await eventLog.producer()
        await producer.send([recordOf(election, electionPartition(key, partitions))])
        await store.noteAnnounced(election)
      }
    }
  }
  const task = createTask(announce, everyMs, logger, 'Announcing changes of elections on Kafka')

  return {
    announceSoon: () => task.runSoon(),
    async [Symbol.asyncDispose]() {
      isStopping = true
      await task.stop()
      await producer?.[Symbol.asyncDispose]()
    },
  }
}

function recordOf(election: Election, partition: number): OutgoingRecord {
  const { key, slug, phase, phaseVersion, definitionVersion, structure } = election
  const event = { v: 1, election: key, slug, phase, phaseVersion, definitionVersion } as const
  // A draft is nobody's business yet.
  const told = phase === 'DRAFT' ? undefined : encodeElectionChanged({ ...event, definition: structure.definition })
  const value = told === undefined || Buffer.byteLength(told) > LARGEST_DEFINITION ? encodeElectionChanged(event) : told
  return { topic: TOPIC.elections, partition, key: electionChangedKey(key), value }
}
