import { electionPartition, encodeVoterRegistered, RecordTooLargeError, TOPIC, voterRegisteredKey, type EventLog, type LogProducer, type OutgoingRecord } from '@livetally/core/events'
import type { AnonymousRegistration, RegistryOutbox } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createTeller, type Outgoing, type Teller } from '../server/teller.js'

const AT_ONCE = 1_000

/** Tells topic `voters` of everybody who is registered, at least once and in the order of their numbers. */
export function createRegistryStream({ outbox, eventLog, logger, onTold = () => undefined, everyMs }: {
  outbox: RegistryOutbox, eventLog: EventLog, logger: Logger, onTold?: (registrations: number) => void, everyMs?: number
}): Teller {
  const tell = async (outgoing: Outgoing): Promise<void> => {
    for (let slices = await outbox.toTell(AT_ONCE); slices.length > 0; slices = await outbox.toTell(AT_ONCE)) {
      const partitions = await eventLog.partitionCount(TOPIC.voters)
      for (const { election, next, registrations } of slices) {
        if (outgoing.isStopping) return
        await sendHalving(await outgoing.producer(), registrations.map((registration) => recordOf(election, registration, partitions)))
        await outbox.noteTold(election, next)
        onTold(registrations.length)
      }
    }
  }
  return createTeller({ eventLog, logger, everyMs, what: 'Telling topic voters of registrations', tell })
}

/** All of an election in one partition, so that its numbers arrive in order. */
function recordOf(election: number, { number, unit, channel, attributes }: AnonymousRegistration, partitions: number): OutgoingRecord {
  return {
    topic: TOPIC.voters,
    partition: electionPartition(election, partitions),
    key: voterRegisteredKey({ election, number }),
    value: encodeVoterRegistered({ v: 1, election, number, unit, ...(channel === null ? {} : { channel }), attributes }),
  }
}

/** One registration is some hundred bytes; a request that the broker finds too large is halved. */
async function sendHalving(producer: Pick<LogProducer, 'send'>, records: readonly OutgoingRecord[]): Promise<void> {
  try {
    if (records.length > 0) await producer.send(records)
  } catch (error) {
    if (!(error instanceof RecordTooLargeError) || records.length === 1) throw error
    const middle = records.length >> 1
    await sendHalving(producer, records.slice(0, middle))
    await sendHalving(producer, records.slice(middle))
  }
}
