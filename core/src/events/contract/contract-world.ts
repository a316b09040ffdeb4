import type { ConsumeOptions, EventLog, LogProducer, LogRecord, OutgoingRecord } from '../event-log.js'

export interface ContractDriver {
  name: string
  /** Another client of the same log; in memory, where there is only one, the same. */
  openLog(): EventLog
  deleteTopic(topic: string): Promise<void>
}

/** What one test of the contract has: a topic of its own, with somebody to write to it. */
export interface Trial {
  readonly log: EventLog
  readonly topic: string
  readonly producer: LogProducer
  record(partition: number, value: string | Buffer | null): OutgoingRecord
  sendAll(values: readonly string[], partition?: number): Promise<void>
  /** Disposed of when the test has ended. */
  open<Part extends AsyncDisposable>(part: Part): Part
}

export interface ContractWorld {
  start(): Promise<Trial>
  /** As an operator may do, behind everybody's back. */
  deleteTopic(topic: string): Promise<void>
}

export interface ContractStage extends ContractWorld {
  endTrial(): Promise<void>
  end(): Promise<void>
}

export const PARTITIONS = 4

export function createContractStage(driver: ContractDriver): ContractStage {
  const opened: AsyncDisposable[] = []
  let number = 0
  const open = <Part extends AsyncDisposable>(part: Part): Part => {
    opened.push(part)
    return part
  }
  return {
    async start() {
      number += 1
      const topic = `trial-${number}`
      const log = driver.openLog()
      await log.createTopics([{ name: topic, partitions: PARTITIONS }])
      const producer = open(await log.producer())
      const record: Trial['record'] = (partition, value) => ({ topic, partition, key: `e1/${partition}`, value })
      return { log, topic, producer, record, open, sendAll: (values, partition = 0) => producer.send(values.map((value) => record(partition, value))) }
    },
    deleteTopic: (topic) => driver.deleteTopic(topic),
    async endTrial() {
      for (const part of opened.splice(0).toReversed()) await part[Symbol.asyncDispose]()
    },
    async end() { await driver.openLog()[Symbol.asyncDispose]() },
  }
}

/** Waits until `condition` holds, and fails with what was there instead. */
export async function until(condition: () => boolean, seen: () => unknown, limitMs = 40_000): Promise<void> {
  const end = Date.now() + limitMs
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain; seen: ${JSON.stringify(seen())}`)
    await new Promise((resolve) => { setTimeout(resolve, 5) })
  }
}

export const text = (records: readonly LogRecord[]): string[] => records.map(({ value }) => value?.toString('utf8') ?? '')

/** A reader that writes down what happens to it. */
export function createDiary() {
  const batches: LogRecord[] = []
  const events: string[] = []
  const held = new Map<string, readonly number[]>()
  const handlers = {
    async onAssigned(partitions: ReadonlyMap<string, readonly number[]>) {
      held.clear()
      for (const [topic, list] of partitions) held.set(topic, list)
      events.push('assigned')
    },
    async onLost() {
      held.clear()
      events.push('lost')
    },
    async onBatch({ records }: { records: LogRecord[] }) {
      batches.push(...records)
      events.push('batch')
    },
  } satisfies Partial<ConsumeOptions>
  return { batches, events, held, handlers, values: () => text(batches), count: () => [...held.values()].flat().length }
}
