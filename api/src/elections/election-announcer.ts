import type { Election } from '@livetally/core/election'
import { electionChangedKey, electionPartition, encodeElectionChanged, TOPIC, type EventLog, type OutgoingRecord } from '@livetally/core/events'
import { createSideBySide, type ElectionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { tellStuck } from '../server/stuck-elections.js'
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
  // Whoever changes an election holds its row, and the others are told of meanwhile.
  const notes = createSideBySide()
  const onStuck = tellStuck(logger, 'Noting that Kafka knows of elections')
  const announce = async (outgoing: Outgoing): Promise<void> => {
    const partitions = await eventLog.partitionCount(TOPIC.elections)
    const tried = new Set<number>()
    for (;;) {
      const keys = (await store.notAnnounced(AT_ONCE)).filter((key) => !tried.has(key))
      if (keys.length === 0) return
      const told = new Map<number, Election>()
      for (const key of keys) {
        tried.add(key)
        const election = await store.load(key)
        if (outgoing.isStopping) return
        if (election === undefined) continue
        await (await outgoing.producer()).send([recordOf(election, electionPartition(key, partitions))])
        told.set(key, election)
      }
      await notes.run([...told.keys()], async (key) => {
        const election = told.get(key)
        if (election !== undefined) await store.noteAnnounced(election)
      }, onStuck)
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
