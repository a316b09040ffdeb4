import { electionPartition, encodeResultsPublished, resultsPublishedKey, toEventRows, TOPIC, type EventLog, type LogProducer, type OutgoingRecord } from '@livetally/core/events'
import type { Revision } from '@livetally/core/store'
import type { Logger } from 'pino'
import type { Clock } from '../pace.js'
import { createTrouble } from '../story.js'
import type { PublisherMetrics } from './publisher-metrics.js'

/** Revisions that wait while the event log is away; readers fill what was left out from Postgres. */
const MOST_WAITING = 50

export interface ResultsAnnouncer extends AsyncDisposable {
  /** Sends a committed revision to topic `results`, soon and in order. Never throws. */
  announce(revision: Revision): void
  /** The election is claimed anew, and what the event log may lack of it is announced again: what was left out before does not count any more. */
  startOver(election: number): void
}

/**
 * One request in flight. `onProduced` hears of every revision up to which the event log has all: once one was left out, of
 * none behind it, so that whoever publishes the election next sends it again.
 */
export function createResultsAnnouncer({ eventLog, producer, clock, logger, metrics, onProduced }: {
  eventLog: EventLog, producer: LogProducer, clock: Clock, logger: Logger, metrics: Pick<PublisherMetrics, 'skipped'>, onProduced: (election: number, revision: number) => void
}): ResultsAnnouncer {
  const trouble = createTrouble({ logger, clock }, 'revisions cannot be announced, so readers fill them from Postgres')
  const waiting: Revision[] = []
  /** The first revision of an election that the event log may lack. */
  const leftOut = new Map<number, number>()
  let sending: Promise<void> | undefined
  let isClosed = false

  const leaveOut = ({ election, revision }: Revision): void => {
    metrics.skipped.inc()
    leftOut.set(election, Math.min(revision, leftOut.get(election) ?? revision))
  }
  const sendWaiting = async (): Promise<void> => {
    for (let revision = waiting.shift(); revision !== undefined && !isClosed; revision = waiting.shift()) {
      try {
        const partition = electionPartition(revision.election, await eventLog.partitionCount(TOPIC.results))
        for (const record of recordsOf(revision, partition)) await producer.send([record])
        if (revision.revision < (leftOut.get(revision.election) ?? Number.POSITIVE_INFINITY)) onProduced(revision.election, revision.revision)
        trouble.over()
      } catch (error) {
        leaveOut(revision)
        trouble.met(error)
      }
    }
  }
  return {
    announce(revision) {
      waiting.push(revision)
      const tooMany = waiting.length > MOST_WAITING ? waiting.shift() : undefined
      if (tooMany !== undefined) leaveOut(tooMany)
      sending ??= sendWaiting().finally(() => { sending = undefined })
    },
    startOver(election) { leftOut.delete(election) },
    async [Symbol.asyncDispose]() {
      isClosed = true
      await sending
    },
  }
}

function recordsOf(revision: Revision, partition: number): OutgoingRecord[] {
  return encodeResultsPublished({ v: 1, ...revision, rows: toEventRows(revision.rows) })
    .map((value) => ({ topic: TOPIC.results, partition, key: resultsPublishedKey(revision.election), value }))
}
