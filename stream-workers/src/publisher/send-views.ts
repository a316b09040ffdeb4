import { isShownToAll } from '@livetally/core/election'
import { electionPartition, TOPIC, type EventLog, type LogProducer } from '@livetally/core/events'
import type { Logger } from 'pino'
import { createApart } from '../apart.js'
import { startLoop, type Clock } from '../pace.js'
import { createTrouble } from '../story.js'
import type { HeldElections } from './held-elections.js'
import type { SettledElections } from './settled-elections.js'
import type { ViewRecords } from './view-records.js'

const RECORDS_PER_REQUEST = 1_000

/** Sends what waits of one election to topics `results.*`; what changes meanwhile has its turn after the other elections. What could not be sent waits on. */
export async function sendViews(election: number, views: ViewRecords, { eventLog, producer }: { eventLog: Pick<EventLog, 'partitionCount'>, producer: LogProducer }): Promise<void> {
  const partition = electionPartition(election, await eventLog.partitionCount(TOPIC.resultsContests))
  for (let left = views.waiting; left > 0; left -= RECORDS_PER_REQUEST) {
    const records = views.drain(partition, RECORDS_PER_REQUEST)
    if (records.length === 0) return
    try {
      await producer.send(records)
    } catch (error) {
      views.putBack()
      throw error
    }
  }
}

const SEND_MS = 1_000

/** Every second sends what changed of each election that is published here. */
export function startViewSender({ held, settled, eventLog, producer, clock, logger }: {
  held: Pick<HeldElections, 'all' | 'drop'>, settled: Pick<SettledElections, 'has'>, eventLog: Pick<EventLog, 'partitionCount'>, producer: LogProducer, clock: Clock, logger: Logger
}): AsyncDisposable {
  const apart = createApart({ logger, clock }, 'what changed in this election cannot be written to topics results.*')
  return startLoop(clock, async () => {
    for (const [key, { views, publisher }] of held.all()) {
      await apart.attempt({ election: key }, async () => {
        // What anybody may read from Kafka says no more than the API does: of a hidden election it waits.
        if (isShownToAll(publisher.election)) await sendViews(key, views, { eventLog, producer })
        if (settled.has(key)) held.drop(key)
      })
    }
    return SEND_MS
  }, createTrouble({ logger, clock }, 'topics results.* cannot be written, so what changed is sent later'))
}
