/** What is appended. `partition` is named by the sender: our own placing decides, never a client library's hash. */
export interface OutgoingRecord {
  topic: string
  partition: number
  key: string
  /** Text (sent as UTF-8) or bytes; null deletes the key of a compacted topic. */
  value: string | Buffer | null
}

/** What is read. The value is undecoded: whoever reads it decides what to do with rubbish. */
export interface LogRecord {
  topic: string
  partition: number
  offset: string
  key: string | undefined
  value: Buffer | null
}

export interface TopicSpec {
  /** Name without the installation's prefix, such as `ballots`. */
  name: string
  partitions: number
  isCompacted?: boolean
  retentionMs?: number
}

/** One topic partition's share of a fetch, oldest first. */
export interface RecordBatch {
  topic: string
  partition: number
  records: LogRecord[]
  /** How many newer records of the partition there were when these were fetched. */
  behind: number
  /** Says that the reader is alive; call it in work that lasts longer than a second. */
  heartbeat(): Promise<void>
}

export interface ConsumeOptions {
  groupId: string
  topics: string[]
  /** Awaited before the first batch of a new assignment: all partitions held from now on, by topic. */
  onAssigned(partitions: ReadonlyMap<string, readonly number[]>): Promise<void>
  /**
   * The group took everything back, or the connection is lost: nothing is held until the next `onAssigned`. Comes between
   * any two calls of `onAssigned`; none of these functions is called while another runs, nor after disposal.
   */
  onLost(): Promise<void>
  /** Batches come one at a time. When it resolves, the position moves behind the batch; when it throws, the batch is delivered again. */
  onBatch(batch: RecordBatch): Promise<void>
  /** Told of every crash and restart of the consumer, for logs and metrics. */
  onTrouble?(error: Error): void
}

export interface FollowOptions {
  topic: string
  /** Records appended from now on, of every partition, oldest first per partition. Gaps and repeats are possible. */
  onRecords(records: LogRecord[]): void
  onTrouble?(error: Error): void
}

/** Where the records of a partition begin and end. */
export interface OffsetRange {
  /** Offset of the oldest record that is kept. */
  first: bigint
  /** Offset of the next record to come. */
  next: bigint
}

export interface ReadOptions {
  topic: string
  partition: number
  /** Offset to begin at; what lies before the first record that is kept is passed over. */
  from: bigint
  /** Most records wanted. */
  limit: number
}

/** A producer with one request in flight at most; equal sends keep their order. */
export interface LogProducer extends AsyncDisposable {
  /**
   * Resolves once every in-sync replica has the records. Rejects with `LogUnavailableError` when the log cannot be reached
   * for about 30 s, and with `RecordTooLargeError` when the broker refuses the size.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>
}

/** A running consumer or follower: it restarts itself with backoff until it is disposed. */
export type Subscription = AsyncDisposable

/**
 * The port through which events travel: at least once, in order per partition, and nothing more. Counting relies on none
 * of it (see the ledger's `seq`); two drivers pass one contract suite: Apache Kafka, and memory for one process.
 */
export interface EventLog extends AsyncDisposable {
  /** Creates the topics that are missing; leaves the others as they are. */
  createTopics(specs: readonly TopicSpec[]): Promise<void>
  /** Number of partitions of a topic, cached. Creates the topic again from its known spec if it is gone. */
  partitionCount(topic: string): Promise<number>
  producer(): Promise<LogProducer>
  /** Reads as a member of a consumer group, from the group's position or else from the beginning. */
  consume(options: ConsumeOptions): Promise<Subscription>
  /** Reads everything that is appended from now on, alone. */
  follow(options: FollowOptions): Promise<Subscription>
  /** A partition's first and next offset. Rejects with `LogUnavailableError` when the log cannot be reached. */
  range(topic: string, partition: number): Promise<OffsetRange>
  /**
   * Looks records of one partition up, oldest first: as many as wanted, or all up to the end at the time of the call. For people
   * and for repairs, not for a hot path: it moves nobody's position, and takes some tenths of a second on Kafka.
   */
  read(options: ReadOptions): Promise<LogRecord[]>
  isReachable(): Promise<boolean>
}

export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError'
}

export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError'
}
