import { boxTalliedKey, electionPartition, encodeBoxTallied, RecordTooLargeError, toEventRows, TOPIC, type EventLog, type LogProducer, type OutgoingRecord } from '@livetally/core/events'
import type { TallyRow } from '@livetally/core/election'
import type { Logger } from 'pino'
import type { Clock } from '../pace.js'
import { createTrouble } from '../story.js'
import type { BoxMove } from './ballot-box.js'

/** Rows of one announcement; a larger flush is not announced: the publisher sees the jump and reads the box from Postgres. */
const MOST_ROWS = 5_000

export interface TallyAnnouncer extends AsyncDisposable {
  /** Sends committed flushes to topic `tallies`, soon. Never throws: the publisher compares with Postgres anyway. */
  announce(flushes: readonly BoxMove[]): void
}

interface Pending { flush: BoxMove, rows: Map<string, TallyRow> }

/** One request in flight; what is flushed meanwhile is merged by box, for only the newest absolutes matter. */
export function createTallyAnnouncer({ eventLog, producer, clock, logger }: { eventLog: EventLog, producer: LogProducer, clock: Clock, logger: Logger }): TallyAnnouncer {
  const trouble = createTrouble({ logger, clock }, 'tallies cannot be announced, so the publisher reads them from Postgres')
  let pending = new Map<string, Pending>()
  let sending: Promise<void> | undefined
  let isClosed = false

  const merge = (flush: BoxMove): void => {
    const id = `${flush.election}/${flush.box}`
    const earlier = pending.get(id)
    const follows = earlier?.flush.generation === flush.generation && earlier.flush.toSeq === flush.fromSeq && earlier.flush.chain === flush.fromChain
    const rows = follows ? earlier.rows : new Map<string, TallyRow>()
    for (const row of flush.rows) rows.set(`${row.view}:${row.key}`, row)
    pending.set(id, { flush: follows ? { ...flush, fromSeq: earlier.flush.fromSeq, fromChain: earlier.flush.fromChain } : flush, rows })
  }
  const recordOf = ({ flush, rows }: Pending, partitions: number): OutgoingRecord => ({
    topic: TOPIC.tallies,
    partition: electionPartition(flush.election, partitions),
    key: boxTalliedKey(flush.election),
    value: encodeBoxTallied({
      v: 1, election: flush.election, box: flush.box, generation: flush.generation, fromSeq: flush.fromSeq, toSeq: flush.toSeq, ...flush.fromChain === '' ? {} : { fromChain: flush.fromChain }, ...flush.chain === '' ? {} : { chain: flush.chain },
      newestAt: Number.isFinite(flush.newestAt) ? flush.newestAt : null, views: [...flush.views], rows: toEventRows(rows.values()),
    }),
  })
  const sendPending = async (): Promise<void> => {
    while (pending.size > 0 && !isClosed) {
      const taken = [...pending.values()].filter(({ rows }) => rows.size <= MOST_ROWS)
      pending = new Map()
      try {
        const partitions = await eventLog.partitionCount(TOPIC.tallies)
        const records = taken.map((one) => recordOf(one, partitions))
        for (const slice of slicesBySize(records)) await producer.send(slice)
        trouble.over()
      } catch (error) {
        if (!(error instanceof RecordTooLargeError)) trouble.met(error)
      }
    }
  }

  return {
    announce(flushes) {
      flushes.forEach(merge)
      sending ??= sendPending().finally(() => { sending = undefined })
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      await sending
    },
  }
}

const BYTES_PER_REQUEST = 500_000

/** Requests of a size that every broker takes. */
function* slicesBySize(records: readonly OutgoingRecord[]): Iterable<OutgoingRecord[]> {
  let slice: OutgoingRecord[] = []
  let bytes = 0
  for (const record of records) {
    const size = record.value?.length ?? 0
    if (slice.length > 0 && bytes + size > BYTES_PER_REQUEST) {
      yield slice
      slice = []
      bytes = 0
    }
    slice.push(record)
    bytes += size
  }
  if (slice.length > 0) yield slice
}
