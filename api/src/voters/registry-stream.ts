import { electionPartition, encodeVoterRegistered, RecordTooLargeError, TOPIC, voterRegisteredKey, type EventLog, type LogProducer, type OutgoingRecord } from '@livetally/core/events'
import { createSideBySide, type AnonymousRegistration, type RegistryOutbox } from '@livetally/core/store'
import type { Logger } from 'pino'
import { tellStuck } from '../server/stuck-elections.js'
import { createTeller, type Outgoing, type Teller } from '../server/teller.js'

const AT_ONCE = 1_000

/** Tells topic `voters` of everybody who is registered, at least once and in the order of their numbers. */
export function createRegistryStream({ outbox, eventLog, logger, onTold = () => undefined, everyMs }: {
  outbox: RegistryOutbox, eventLog: EventLog, logger: Logger, onTold?: (registrations: number) => void, everyMs?: number
}): Teller {
  // Whoever registers voters holds their roll, and the others are told of meanwhile.
  const notes = createSideBySide()
  const onStuck = tellStuck(logger, 'Noting that Kafka knows of registrations')
  const tell = async (outgoing: Outgoing): Promise<void> => {
    /** Rolls that somebody holds: told again with the next turn. */
    const held = new Set<number>()
    for (;;) {
      const slices = new Map((await outbox.toTell(AT_ONCE)).filter(({ election }) => !held.has(election)).map((slice) => [slice.election, slice]))
      if (slices.size === 0) return
      const partitions = await eventLog.partitionCount(TOPIC.voters)
      for (const { election, registrations } of slices.values()) {
        if (outgoing.isStopping) return
        await sendHalving(await outgoing.producer(), registrations.map((registration) => recordOf(election, registration, partitions)))
        held.add(election)
      }
      await notes.run([...slices.keys()], async (election) => {
        const slice = slices.get(election)
        if (slice === undefined) return
        await outbox.noteTold(election, slice.next)
        onTold(slice.registrations.length)
        held.delete(election)
      }, onStuck)
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
