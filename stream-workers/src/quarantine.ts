import { encodeQuarantined, quarantinedKey, toQuarantined, TOPIC, type LogProducer, type LogRecord } from '@livetally/core/events'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.js'

export interface Quarantine {
  /** Sets a record aside with its reason and origin. Never throws: the record also stays where it was. */
  put(record: LogRecord, reason: string): Promise<void>
  /** The same for many at once, in one request. */
  putAll(aside: readonly { readonly record: LogRecord, readonly reason: string }[]): Promise<void>
}

/** So many are told one by one in the log; of the others only how many there were. */
const MOST_TOLD = 5

/** Where records go that cannot be understood. */
export function createQuarantine({ producer, logger, metrics }: { producer: LogProducer, logger: Logger, metrics: Pick<Metrics, 'quarantined'> }): Quarantine {
  const putAll: Quarantine['putAll'] = async (aside) => {
    if (aside.length === 0) return
    for (const { record } of aside) metrics.quarantined.inc({ topic: record.topic })
    for (const { record: { topic, partition, offset }, reason } of aside.slice(0, MOST_TOLD)) logger.error({ topic, partition, offset, reason }, 'a record was quarantined')
    if (aside.length > MOST_TOLD) logger.error({ topic: aside[0]?.record.topic, records: aside.length - MOST_TOLD }, 'more records were quarantined with them')
    const at = Date.now()
    try {
      await producer.send(aside.map(({ record, reason }) => ({ topic: TOPIC.quarantine, partition: 0, key: quarantinedKey(record), value: encodeQuarantined(toQuarantined(record, reason, at)) })))
    } catch (error) {
      logger.error({ err: error, records: aside.length }, 'the quarantine could not be reached; the records stay in their topics')
    }
  }
  return { putAll, put: (record, reason) => putAll([{ record, reason }]) }
}
