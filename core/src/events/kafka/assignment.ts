import type { ConsumeOptions, RecordBatch } from '../event-log.js'
import { createSerial } from '../serial.js'
import { asError, createBackoff, pause } from '../waiting.js'

type Assignment = ReadonlyMap<string, readonly number[]>

export interface Delivery {
  /** Asked just before the batch would be handed over: whether nobody wants it any more. */
  isStale(): boolean
  /** `onBatch` has taken it, and the partition is still ours. */
  onDelivered(): void
  onFailed(error: Error): void
}

/**
 * Puts what happens to a group member into an order that its owner can rely on: `onAssigned`, batches of those partitions
 * only, `onLost`, and so on, never two at a time. It matters because kafkajs hands over batches that it fetched for
 * partitions it has lost since.
 */
export interface AssignmentKeeper {
  /** The group has decided. `onAssigned` is repeated with backoff until it succeeds or there is a newer decision. */
  assign(partitions: Assignment): void
  /** Nothing is held any more. Resolves when `onLost` has been told. */
  lose(): Promise<void>
  /** Hands the batch over when its turn has come; rejects if `onBatch` fails, does nothing if the partition is not held. */
  deliver(batch: RecordBatch, delivery: Delivery): Promise<void>
  /** Ends all deliveries, and tells nothing any more. Resolves when what had begun is done. */
  close(): Promise<void>
}

/** While a batch waits for its turn or is worked on, how often the group hears that we are alive. */
const HEARTBEAT_MS = 500

/**
 * For so long at the most while it is worked on. A busy server may take longer for one batch than the group waits for a sign
 * of life; whoever works on it for longer than a transaction may last is stuck.
 */
const WORKS_AT_MOST_MS = 5_000

export function createAssignmentKeeper({ onAssigned, onLost, onBatch, onTrouble }: ConsumeOptions): AssignmentKeeper {
  const serial = createSerial()
  let held: Assignment | undefined
  let decision = 0
  let isClosed = false

  const tellLost = async (): Promise<void> => {
    if (held === undefined || isClosed) return
    held = undefined
    await onLost().catch((error: unknown) => onTrouble?.(asError(error)))
  }
  const tellAssigned = async (partitions: Assignment, mine: number): Promise<void> => {
    const backoff = createBackoff()
    await tellLost()
    while (mine === decision && !isClosed) {
      try {
        await onAssigned(partitions)
        held = partitions
        return
      } catch (error) {
        onTrouble?.(asError(error))
        await pause(backoff.next())
      }
    }
  }
  return {
    assign(partitions) {
      decision += 1
      const mine = decision
      void serial.run(() => tellAssigned(partitions, mine))
    },
    lose() {
      decision += 1
      return serial.run(tellLost)
    },
    async deliver(batch, { isStale, onDelivered, onFailed }) {
      let state: 'waiting' | 'begun' | 'left' = 'waiting'
      let begunAt = Number.POSITIVE_INFINITY
      const handedOver = serial.run(async () => {
        if (state === 'left' || isClosed || isStale() || held?.get(batch.topic)?.includes(batch.partition) !== true) return
        state = 'begun'
        begunAt = performance.now()
        const mine = decision
        try {
          await onBatch(batch)
        } catch (error) {
          onFailed(asError(error))
          throw error
        }
        if (mine === decision) onDelivered()
      })
      const beat = async (): Promise<void> => {
        const stop = new AbortController()
        void handedOver.catch(() => undefined).then(() => stop.abort())
        const isEnough = (): boolean => stop.signal.aborted || performance.now() - begunAt > WORKS_AT_MOST_MS
        while (!isEnough()) {
          await pause(HEARTBEAT_MS, stop.signal)
          if (isEnough()) return
          await batch.heartbeat().catch((error: unknown) => {
            if (state === 'waiting') throw error
            // What has begun is finished; whoever asks the group next hears the same.
            stop.abort()
          })
        }
      }
      try {
        await Promise.race([handedOver, beat().then(() => handedOver)])
      } catch (error) {
        if (state === 'waiting') state = 'left'
        throw error
      }
    },
    close() {
      isClosed = true
      return serial.run(async () => undefined)
    },
  }
}
