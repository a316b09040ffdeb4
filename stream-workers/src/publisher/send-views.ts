import { electionPartition, TOPIC, type EventLog, type LogProducer } from '@livetally/core/events'
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
