import { compileStructure, NOTHING_ROLLED, type Election } from '@livetally/core/election'
import { createMemoryEventLog, ensureTopics, TOPIC, type ConsumeOptions, type EventLog } from '@livetally/core/events'
import type { BallotLedger, TallyStore } from '@livetally/core/store'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { createHeldClock, settle } from '../clock-under-test.js'
import { chainedEntries } from '../entries-under-test.js'
import { createMetrics } from '../metrics.js'
import { DEFAULT_RETENTION } from '../retention.js'
import { startTabulator } from './tabulator.js'

const structure = compileStructure(crumbleton.definition)
const election: Election = { key: 1, slug: 'crumbleton', phase: 'OPEN', phaseVersion: 1, definitionVersion: 1, definitionId: 'first', opensAt: new Date(0), closesAt: new Date(1), structure }
const entries = chainedEntries(crumbleton.ballots)
const unused = (): Promise<never> => Promise.reject(new Error('Nobody asks for this here.'))

/** A tabulator whose ledger takes so long (ms) to read a slice of its only box, of which the event log delivered nothing. */
async function slowLedger(readMs: number) {
  const clock = createHeldClock()
  const log = createMemoryEventLog()
  await ensureTopics(log)
  let consumer: ConsumeOptions | undefined
  const eventLog: EventLog = { ...log, consume: async (options) => { consumer = options; return { [Symbol.asyncDispose]: async () => undefined } } }
  let nextSeq = 0
  const store: TallyStore = {
    claim: async ({ election: key, box }) => ({ election: key, box, generation: 1, nextSeq, chain: '', epoch: 1, newestAt: Number.NEGATIVE_INFINITY, views: [], rolled: NOTHING_ROLLED }),
    load: async () => [],
    async flush(flushes) {
      for (const { toSeq } of flushes) nextSeq = toSeq
      return { refused: [] }
    },
    lagging: async () => nextSeq < entries.length ? [{ election: 1, box: 0, nextSeq, head: entries.length }] : [],
    outdated: async () => [], rollable: async () => [], noteDefinition: async () => true, writeBeside: unused, replace: unused, wantRebuild: unused,
  }
  const ledger: Pick<BallotLedger, 'heads' | 'read'> = {
    heads: async () => [{ election: 1, box: 0, nextSeq: entries.length, sealedSeq: null }],
    async read(_election, _box, from, limit) {
      await clock.delay(readMs)
      return entries.slice(from, Math.min(from + limit, from + 6))
    },
  }
  const tabulator = await startTabulator({
    ledger, store, eventLog, clock, elections: { get: async () => election, reload: async () => election }, quarantine: { put: async () => undefined, putAll: async () => undefined },
    retention: DEFAULT_RETENTION.panes, logger: pino({ level: 'silent' }), metrics: createMetrics().tabulator,
  })
  if (consumer === undefined) throw new Error('The tabulator reads no topic.')
  const options = consumer
  const all = Array.from({ length: await log.partitionCount(TOPIC.ballots) }, (_, partition) => partition)
  await options.onAssigned(new Map([[TOPIC.ballots, all]]))
  return {
    clock, options, counted: () => nextSeq,
    async [Symbol.asyncDispose]() {
      const closing = tabulator[Symbol.asyncDispose]()
      for (let second = 0; second < 60; second += 1) await clock.advance(1_000)
      await closing
      await log[Symbol.asyncDispose]()
    },
  }
}

test('a batch that waits while a box is filled for long is heard by the group all the while', async () => {
  await using kitchen = await slowLedger(9_000)
  const { clock, options } = kitchen
  // It stood still at two looks in a row: from then on it is filled.
  await clock.advance(5_000)
  let beats = 0
  let isDone = false
  void options.onBatch({ topic: TOPIC.ballots, partition: 0, records: [], behind: 0, heartbeat: async () => { beats += 1 } }).then(() => { isDone = true })
  await clock.advance(5_000)
  expect([beats >= 9, isDone], `${beats} signs of life`).toEqual([true, false])
  await clock.advance(60_000)
  await settle()
  expect([isDone, kitchen.counted()]).toEqual([true, entries.length])
})
