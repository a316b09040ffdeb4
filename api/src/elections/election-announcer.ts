import type { Election } from '@livetally/core/election'
import { electionChangedKey, electionPartition, encodeElectionChanged, TOPIC, type EventLog, type LogProducer } from '@livetally/core/events'
import type { Logger } from 'pino'

export interface ElectionAnnouncer extends AsyncDisposable {
  /** Tells everybody who reads topic `elections`. Returns at once: nobody's mutation waits for Kafka. */
  announce(election: Election): void
}

/**
 * Records of topic `elections` wake other processes; none depends on them. So they are sent at best effort: what could not
 * be sent is found by its readers in the database a moment later.
 */
export function createElectionAnnouncer({ eventLog, logger }: { eventLog: EventLog, logger: Logger }): ElectionAnnouncer {
  let producer: Promise<LogProducer> | undefined
  let isDisposed = false

  const send = async (election: Election): Promise<void> => {
    producer ??= eventLog.producer()
    const partition = electionPartition(election.key, await eventLog.partitionCount(TOPIC.elections))
    const { key, slug, phase, phaseVersion, definitionVersion } = election
    const value = encodeElectionChanged({ v: 1, election: key, slug, phase, phaseVersion, definitionVersion })
    await (await producer).send([{ topic: TOPIC.elections, partition, key: electionChangedKey(key), value }])
  }

  const close = async (opening: Promise<LogProducer> | undefined): Promise<void> => {
    try {
      await (await opening)?.[Symbol.asyncDispose]()
    } catch (error) {
      logger.debug({ err: error }, 'A producer that could not send could not be closed either.')
    }
  }

  return {
    announce(election) {
      if (isDisposed) return
      send(election).catch((error: unknown) => {
        const broken = producer
        producer = undefined
        void close(broken)
        if (!isDisposed) logger.warn({ err: error, election: election.key }, 'A change of an election could not be announced on Kafka; readers notice it in the database.')
      })
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true
      await close(producer)
    },
  }
}
