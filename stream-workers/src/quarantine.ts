import { encodeQuarantined, quarantinedKey, toQuarantined, TOPIC, type LogProducer, type LogRecord } from '@livetally/core/events'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.js'
import { systemClock, type Clock } from './pace.js'
import { createTrouble, tell } from './story.js'

export interface Quarantine {
  /** Sets a record aside with its reason and origin. Never throws: the record also stays where it was. */
  put(record: LogRecord, reason: string): Promise<void>
  /** The same for many at once, in one request. */
  putAll(aside: readonly { readonly record: LogRecord, readonly reason: string }[]): Promise<void>
}

/** In each span so many are told one by one in the log; of the others only how many there were. Strangers must not fill our disk. */
const MOST_TOLD = 5
const SPAN_MS = 10_000

/** Where records go that cannot be understood. */
export function createQuarantine({ producer, clock = systemClock, logger, metrics }: { producer: LogProducer, clock?: Clock, logger: Logger, metrics: Pick<Metrics, 'quarantined'> }): Quarantine {
  const trouble = createTrouble({ logger, clock }, 'the quarantine cannot be reached, so records that belong there stay in their topics only')
  let span = { began: Number.NEGATIVE_INFINITY, told: 0, untold: 0 }

  const tellOf = ({ topic, partition, offset }: LogRecord, reason: string): void => {
    if (clock.now() - span.began >= SPAN_MS) {
      if (span.untold > 0) tell(logger, 'QUARANTINED', { records: span.untold }, 'more records were quarantined before this one, untold')
      span = { began: clock.now(), told: 0, untold: 0 }
    }
    if (span.told >= MOST_TOLD) {
      span.untold += 1
      return
    }
    span.told += 1
    tell(logger, 'QUARANTINED', { topic, partition, offset, reason }, 'a record was quarantined')
  }
  const putAll: Quarantine['putAll'] = async (aside) => {
    if (aside.length === 0) return
    for (const { record, reason } of aside) {
      metrics.quarantined.inc({ topic: record.topic })
      tellOf(record, reason)
    }
    const at = Date.now()
    try {
      await producer.send(aside.map(({ record, reason }) => ({ topic: TOPIC.quarantine, partition: 0, key: quarantinedKey(record), value: encodeQuarantined(toQuarantined(record, reason, at)) })))
      trouble.over()
    } catch (error) {
      trouble.met(error)
    }
  }
  return { putAll, put: (record, reason) => putAll([{ record, reason }]) }
}
