import type { Election } from '@livetally/core/election'
import { electionChangedKey, electionPartition, encodeElectionChanged, TOPIC, type EventLog, type OutgoingRecord } from '@livetally/core/events'
import type { ElectionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createTeller, type Outgoing, type Teller } from '../server/teller.js'

interface Dependencies {
  store: Pick<ElectionStore, 'load' | 'notAnnounced' | 'noteAnnounced'>
  eventLog: EventLog
  logger: Logger
  everyMs?: number
}

const AT_ONCE = 50
/** Brokers take records of 1 MB unless told otherwise. */
const LARGEST_DEFINITION = 900_000

/** Tells topic `elections` of every change of phase or definition, at least once. */
export function createElectionAnnouncer({ store, eventLog, logger, everyMs }: Dependencies): Teller {
  const announce = async (outgoing: Outgoing): Promise<void> => {
    const partitions = await eventLog.partitionCount(TOPIC.elections)
    for (let keys = await store.notAnnounced(AT_ONCE); keys.length > 0; keys = await store.notAnnounced(AT_ONCE)) {
      for (const key of keys) {
        const election = await store.load(key)
        if (election === undefined || outgoing.isStopping) return
        await (await outgoing.producer()).send([recordOf(election, electionPartition(key, partitions))])
        await store.noteAnnounced(election)
      }
    }
  }
  return createTeller({ eventLog, logger, everyMs, what: 'Announcing changes of elections on Kafka', tell: announce })
}

function recordOf(election: Election, partition: number): OutgoingRecord {
  const { key, slug, phase, phaseVersion, definitionVersion, structure } = election
  const event = { v: 1, election: key, slug, phase, phaseVersion, definitionVersion } as const
  // A draft is nobody's business yet.
  const told = phase === 'DRAFT' ? undefined : encodeElectionChanged({ ...event, definition: structure.definition })
  const value = told === undefined || Buffer.byteLength(told) > LARGEST_DEFINITION ? encodeElectionChanged(event) : told
  return { topic: TOPIC.elections, partition, key: electionChangedKey(key), value }
}
