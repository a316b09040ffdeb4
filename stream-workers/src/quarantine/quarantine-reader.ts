import { parseQuarantined, TOPIC, type EventLog, type LogRecord, type Quarantined } from '@livetally/core/events'

/** A quarantined record by its number, which is its offset in topic `quarantine`. */
export interface QuarantineEntry { readonly number: bigint, readonly entry: Quarantined }

export interface QuarantineFilter {
  /** Origin topic, without the installation's prefix. */
  readonly topic?: string | undefined
  /** Part of the reason, in whatever case. */
  readonly reason?: string | undefined
}

export interface QuarantinePage {
  /** Newest first. */
  readonly entries: readonly QuarantineEntry[]
  /** Where an older page begins; undefined if there is none. */
  readonly before: bigint | undefined
}

export interface QuarantineReader {
  /** The newest ones before a number (default: the newest of all), at most `limit`. Looks at 10,000 records at most. */
  list(options: QuarantineFilter & { before?: bigint | undefined, limit: number }): Promise<QuarantinePage>
  find(number: bigint): Promise<QuarantineEntry | undefined>
}

const PARTITION = 0
const BLOCK = 500n
const MOST_BLOCKS = 20

export function createQuarantineReader(log: Pick<EventLog, 'range' | 'read'>): QuarantineReader {
  const read = (from: bigint, limit: number): Promise<LogRecord[]> => log.read({ topic: TOPIC.quarantine, partition: PARTITION, from, limit })
  return {
    async list({ before, limit, topic, reason }) {
      const { first, next } = await log.range(TOPIC.quarantine, PARTITION)
      const isWanted = ({ entry }: QuarantineEntry): boolean =>
        (topic === undefined || entry.topic === topic) && (reason === undefined || entry.reason.toLowerCase().includes(reason.toLowerCase()))
      const entries: QuarantineEntry[] = []
      let end = before === undefined || before > next ? next : before
      for (let block = 0; block < MOST_BLOCKS && end > first && entries.length < limit; block += 1) {
        const start = end - BLOCK > first ? end - BLOCK : first
        const found = (await read(start, Number(end - start))).flatMap(entryOf).filter(({ number }) => number < end).filter(isWanted).toReversed()
        const taken = found.slice(0, limit - entries.length)
        entries.push(...taken)
        end = taken.length < found.length ? taken.at(-1)?.number ?? start : start
      }
      return { entries, before: end > first ? end : undefined }
    },
    async find(number) {
      const [record] = await read(number, 1)
      return record === undefined ? undefined : entryOf(record).find((found) => found.number === number)
    },
  }
}

/** Nothing for what is itself rubbish: somebody else wrote into the quarantine. */
function entryOf(record: LogRecord): QuarantineEntry[] {
  const parsed = parseQuarantined(record.value)
  return parsed.ok ? [{ number: BigInt(record.offset), entry: parsed.event }] : []
}
