import { encodeQuarantined, quarantinedKey, toQuarantined, TOPIC, type LogProducer, type LogRecord } from '@livetally/core/events'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.js'

export interface Quarantine {
  /** Sets a record aside with its reason and origin. Never throws: the record also stays where it was. */
  put(record: LogRecord, reason: string): Promise<void>
}

/** Where records go that cannot be understood. */
export function createQuarantine({ producer, logger, metrics }: { producer: LogProducer, logger: Logger, metrics: Metrics }): Quarantine {
  return {
    async put(record, reason) {
      metrics.quarantined.inc({ topic: record.topic })
      const { topic, partition, offset } = record
      logger.error({ topic, partition, offset, reason }, 'a record was quarantined')
      try {
        await producer.send([{ topic: TOPIC.quarantine, partition: 0, key: quarantinedKey(record), value: encodeQuarantined(toQuarantined(record, reason, Date.now())) }])
      } catch (error) {
        logger.error({ err: error, topic, partition, offset }, 'the quarantine could not be reached; the record stays in its topic')
      }
    },
  }
}
