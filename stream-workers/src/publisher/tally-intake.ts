import { parseBoxTallied, type RecordBatch } from '@livetally/core/events'
import type { Apart } from '../apart.js'
import type { Clock } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import type { HeldElections } from './held-elections.js'
import type { PublisherMetrics } from './publisher-metrics.js'
import { createRounds } from './rounds.js'
import type { InTurn, Turns } from './turns.js'

/** So long a batch waits for what its announcements did not follow on; then the next one is read. */
const CATCH_UP_MS = 500

export interface TallyIntake extends AsyncDisposable {
  /** Takes the announcements of a batch of topic `tallies`; boxes that they do not follow on are read from Postgres. */
  onBatch(batch: RecordBatch): Promise<void>
}

export function createTallyIntake({ held, turns, inTurn, apart, quarantine, onTaken, clock, metrics }: {
  held: HeldElections
  turns: Turns
  inTurn: InTurn
  apart: Apart
  quarantine: Quarantine
  /** Something may be due now. */
  onTaken: () => void
  clock: Clock
  metrics: Pick<PublisherMetrics, 'reloads' | 'behindRecords'>
}): TallyIntake {
  const rounds = createRounds({ turns, clock, mostMs: CATCH_UP_MS })
  const catchUp = ([key, boxes]: [key: number, boxes: ReadonlySet<number>]): Promise<unknown> => apart.attempt({ election: key }, () => inTurn(key, async () => {
    const known = held.get(key)
    // Whoever claims it reads all of it.
    if (known === undefined) return held.isMine(key) ? void await held.take(key) : undefined
    for (const box of boxes) {
      metrics.reloads.inc()
      await known.publisher.reload(box)
    }
  }))
  return {
    async onBatch(batch) {
      const missing = new Map<number, Set<number>>()
      for (const record of batch.records) {
        const parsed = parseBoxTallied(record.value)
        if (!parsed.ok) {
          await quarantine.put(record, parsed.reason)
          continue
        }
        const { election, box } = parsed.event
        if (!held.isMine(election) || held.get(election)?.publisher.take(parsed.event) === true) continue
        missing.set(election, (missing.get(election) ?? new Set()).add(box))
      }
      onTaken()
      await rounds.run([...missing], ([key]) => key, catchUp)
      held.tellTaken()
      metrics.behindRecords.set({ partition: batch.partition }, batch.behind)
    },
    [Symbol.asyncDispose]: () => rounds[Symbol.asyncDispose](),
  }
}
