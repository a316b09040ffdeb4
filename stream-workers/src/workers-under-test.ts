import { VOTE_CHANNELS, type Ballot, type Election } from '@livetally/core/election'
import { createMemoryEventLog, ensureTopics, type EventLog, type MemoryEventLog, type OutgoingRecord } from '@livetally/core/events'
import { createRevisionStore, type Revision } from '@livetally/core/store'
import { pino } from 'pino'
import { expect } from 'vitest'
import { castRow, createStoreUnderTest, eventually, type StoreUnderTest } from '../../core/src/store/store-under-test.js'
import type { WorkerRole } from './environment.js'
import { recount, type RecountReport } from './recount/recount.js'
import { startWorkers } from './workers.js'

export { eventually } from '../../core/src/store/store-under-test.js'

const COUNTING_ROLES: readonly WorkerRole[] = ['relay', 'tabulator', 'publisher']

export interface WorkersUnderTest extends AsyncDisposable {
  /** The value of a metric, all labels added up. */
  metric(name: string): Promise<number>
}

/** A real database, the event log in memory, and as many worker processes as a test wants, all in this process. */
export interface CountingUnderTest extends AsyncDisposable {
  readonly store: StoreUnderTest
  readonly log: MemoryEventLog
  start(options?: { roles?: readonly WorkerRole[], log?: EventLog }): Promise<WorkersUnderTest>
  /** Casts so many ballots of voters who have not voted yet, chosen by the seed, into the boxes of their places. */
  vote(election: Election, count: number): Promise<void>
  /** Waits until everything accepted is published, and recounts: both must agree, but for what is `known` to have been told wrongly before. */
  counted(election: Election, known?: RegExp): Promise<RecountReport>
  newest(election: Election): Promise<Revision | undefined>
}

export async function createCountingUnderTest(): Promise<CountingUnderTest> {
  const store = await createStoreUnderTest()
  const log = createMemoryEventLog()
  await ensureTopics(log)
  const revisions = createRevisionStore(store.worker)
  const started = new Set<AsyncDisposable>()
  const dice = createDice(20_310_504)
  let voters = 0

  const newest = async ({ key }: Election): Promise<Revision | undefined> => (await revisions.read(key, (await revisions.latest(key)) - 1, 1))[0]
  return {
    store, log, newest,
    async start({ roles = COUNTING_ROLES, log: own = log } = {}) {
      const workers = await startWorkers({ databaseUrl: store.urlOf('worker'), roles, host: '127.0.0.1', port: 0, relayLeaseMs: 500 }, { eventLog: own, logger: pino({ level: 'silent' }) })
      const one: WorkersUnderTest = {
        async metric(name) {
          const text = await (await fetch(`http://127.0.0.1:${workers.healthPort}/metrics`)).text()
          return text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
        },
        async [Symbol.asyncDispose]() {
          if (started.delete(one)) await workers[Symbol.asyncDispose]()
        },
      }
      started.add(one)
      return one
    },
    async vote(election, count) {
      const byBox = new Map<number, Ballot[]>()
      for (let at = 0; at < count; at += 1) {
        const ballot = anyBallot(election, dice)
        const box = election.structure.units.get(ballot.unit)?.box ?? 0
        byBox.set(box, [...byBox.get(box) ?? [], ballot])
      }
      for (const [box, ballots] of byBox) {
        for (let at = 0; at < ballots.length; at += 7) {
          const rows = ballots.slice(at, at + 7).map((ballot) => castRow(election, `voter ${voters += 1}`, { ballot }))
          const answers = await store.ledger.castBatch(election.key, box, rows)
          expect(answers.map(({ verdict }) => verdict)).toEqual(rows.map(() => 'ACCEPTED'))
        }
      }
    },
    async counted(election, known) {
      await eventually(async () => {
        const [heads, revision] = [await store.ledger.heads(election.key), await newest(election)]
        expect(revision?.vector.map(({ box, nextSeq }) => [box, nextSeq])).toEqual(heads.map(({ box, nextSeq }) => [box, nextSeq]))
        return true
      }, { what: 'everything accepted to be published' })
      const report = await recount(store.urlOf('auditor'), election.slug)
      if (report === undefined) throw new Error('the recount found no election')
      const problems = report.checks.flatMap((check) => check.problems)
      expect(problems.filter((problem) => known?.test(problem) !== true)).toEqual([])
      expect(report.agrees).toBe(problems.length === 0)
      expect(report.publishedBallots).toBe(report.ballots)
      expect(report.unpublishedBreakdowns).toEqual([])
      return report
    },
    async [Symbol.asyncDispose]() {
      for (const one of [...started]) await one[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

/** An event log over another, whose producers send what `change` makes of their records: nothing, more, or something else. */
export function createFaultyLog(log: EventLog, change: (records: readonly OutgoingRecord[]) => OutgoingRecord[]): EventLog {
  return {
    ...log,
    async producer() {
      const producer = await log.producer()
      return { send: (records) => producer.send(change(records)), [Symbol.asyncDispose]: () => producer[Symbol.asyncDispose]() }
    },
    // It is the test's to close.
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** A small generator of our own: one seed gives one run. */
export function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Any ballot that a counting centre could send for this election, overvotes and blanks included. */
export function anyBallot({ structure }: Pick<Election, 'structure'>, dice: (sides: number) => number): Ballot {
  const unit = structure.leaves[dice(structure.leaves.length)]?.id ?? ''
  const attributes = structure.definition.attributes.flatMap(({ id, values }): [string, string][] => {
    const value = values[dice(values.length + 1)]
    return value === undefined ? [] : [[id, value.id]]
  })
  const selections = structure.ballotStyle(unit).flatMap(({ id, optionIndex }): [string, string[]][] => {
    const marked = [...optionIndex.keys()].filter(() => dice(3) === 0)
    return marked.length === 0 && dice(2) === 0 ? [] : [[id, marked]]
  })
  return { unit, channel: VOTE_CHANNELS[1 + dice(VOTE_CHANNELS.length - 1)] ?? 'EARLY', attributes: Object.fromEntries(attributes), selections: Object.fromEntries(selections) }
}
