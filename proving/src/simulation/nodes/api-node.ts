import { createCorrectionDesk, createResultsFeed, createResultsReader, type CorrectionOutcome, type ResultsFeed } from '@livetally/api/parts'
import { isSameState, type Ballot, type Correction, type ElectionDefinition, type Structure, type VoteChannel } from '@livetally/core/election'
import { TOPIC } from '@livetally/core/events'
import { isAboutTheServer } from '@livetally/core/store'
import { createBallotCaster, createBatcher, fitBallot, type CastResult, type KnownElection } from '@livetally/core/voting'
import { startLoop } from '@livetally/stream-workers/parts'
import type { Guards } from '../guards.js'
import type { Kafka } from '../kafka/kafka.js'
import { createSimulatedCorrectionLedger } from '../postgres/correction-ledger.js'
import { createSimulatedElectionStore } from '../postgres/election-store.js'
import { createSimulatedLedger } from '../postgres/ledger.js'
import type { Postgres } from '../postgres/postgres.js'
import { createSimulatedRevisionStore } from '../postgres/revision-store.js'
import type { SimulatedProcess } from '../process.js'
import type { Random } from '../random.js'
import { drawReceiptsFrom } from '../receipts.js'
import { keysOf } from '../keys.js'
import { withoutParts } from './switched-off.js'

/** A ballot as it arrives at the API, its voter known by reference. */
export interface Vote {
  election: number
  voterRef: Buffer
  idempotencyKey: string
  ballot: Ballot
  castAt?: number
  /** Told when the phase that the ballot is judged under had to be asked for, and is known now. */
  onPhaseRead(): void
}

export interface ApiNode {
  cast(vote: Vote): Promise<CastResult>
  changePhase(election: number, change: 'pause' | 'resume' | 'close' | 'certify'): Promise<void>
  /** Rejects where nobody can tell yet: ask again with the same key. */
  correct(election: number, idempotencyKey: string, correction: Correction): Promise<CorrectionOutcome>
  edit(election: number, change: (definition: ElectionDefinition) => ElectionDefinition): Promise<void>
  /** Has voting last longer by so many ms. Returns until when, if that is so. */
  extend(election: number, byMs: number): Promise<number | undefined>
  /** Counts as a clerk sees them. Without a channel, of all. */
  shown(election: number): { structure: Structure, turnout(unit: string, channel: VoteChannel): number, contest(contest: string, unit: string, channel?: VoteChannel): readonly number[] } | undefined
}

interface Dependencies {
  postgres: Postgres
  kafka: Kafka
  guards: Guards
  /** Where receipts come from. */
  receipts: Random
  onFeed: (election: number, feed: ResultsFeed) => void
}

const COMPARE_MS = 2_000
const SCHEDULE_MS = 1_000
const IDLE_MS = 5_000

/** Starts what counts in an API process: the batcher behind `castVote`, the schedule of elections, and the results that viewers see. */
export async function startApiNode(process: SimulatedProcess, { postgres, kafka, guards, receipts, onFeed }: Dependencies): Promise<ApiNode> {
  const { clock, logger } = process
  const ledger = createSimulatedLedger(process, postgres, guards)
  const electionStore = createSimulatedElectionStore(process, postgres, guards)
  const revisions = createSimulatedRevisionStore(process, postgres, guards)
  const batcher = createBatcher({ ledger, clock, isAboutTheServer, settings: { transactions: 2, batch: 5, waiting: 1_000, giveUpAfterMs: 15_000 } })
  const caster = createBallotCaster({ batcher, stored: ledger, drawReceipt: drawReceiptsFrom(receipts) })
  const elections = new Map<number, KnownElection>()
  const feeds = new Map<number, ResultsFeed>()

  const refresh = async (key: number): Promise<KnownElection | undefined> => {
    const election = await electionStore.load(key)
    const known = election && { election, keys: keysOf(election.slug), hasItsKey: true }
    if (known !== undefined) elections.set(key, known)
    return known
  }
  const openFeed = async (key: number, { election }: KnownElection): Promise<void> => {
    const feed = await createResultsFeed({ election, revisions: guards.has('readers fill gaps') ? revisions : { ...revisions, marks: async () => [], read: async () => [] }, eligibleVoters: () => electionStore.eligibleVoters(key), now: clock.wallTime, logger })
    feeds.set(key, feed)
    onFeed(key, feed)
  }
  const compare = async (): Promise<number> => {
    for (const version of await electionStore.versions()) {
      const { key } = version
      const mine = elections.get(key)
      const known = mine !== undefined && isSameState(mine.election, version) ? mine : await refresh(key)
      const feed = feeds.get(key)
      if (known === undefined) continue
      if (feed === undefined) await openFeed(key, known)
      else {
        if (feed.current().election !== known.election) feed.electionChanged(known.election)
        await feed.catchUp()
      }
    }
    return COMPARE_MS
  }
  const trouble = (error: unknown): void => logger.warn({ err: error }, 'the API could not ask the database')
  startLoop(clock, compare, trouble)
  startLoop(clock, async () => {
    for (const key of await electionStore.runSchedule()) await refresh(key)
    await electionStore.tickIdleBoxes(IDLE_MS)
    return SCHEDULE_MS
  }, trouble)
  const desk = createCorrectionDesk({ ledger: createSimulatedCorrectionLedger(process, postgres), clock, live: { feed: async ({ election: { key } }) => {
    const feed = feeds.get(key)
    if (feed === undefined) throw new Error('Its results are not loaded yet.')
    return feed
  } } })
  const readRecord = createResultsReader()
  await kafka.eventLogOf(process).follow({ topic: TOPIC.results, onRecords: (records) => {
    for (const record of records) {
      const revision = readRecord(guards.has('complete revisions only') ? record : withoutParts(record))
      if (revision !== undefined) feeds.get(revision.election)?.offer(revision)
    }
  } })
  return {
    async cast({ election, onPhaseRead, ...vote }) {
      const cached = elections.get(election)
      // Read anew where voting seems not to be open, as it may just have opened: see the voting service.
      const known = cached?.election.phase === 'OPEN' ? cached : await refresh(election)
      if (known === undefined) return { kind: 'UNKNOWN' }
      if (known !== cached) onPhaseRead()
      const fitting = fitBallot({ known, ...vote })
      return 'kind' in fitting ? fitting : caster.cast(fitting)
    },
    async correct(key, idempotencyKey, correction) {
      const known = elections.get(key) ?? await refresh(key)
      if (known === undefined) throw new Error(`There is no election ${key}.`)
      return desk.correct(known, idempotencyKey, correction)
    },
    async edit(key, change) {
      const known = await refresh(key)
      if (known === undefined) return
      await electionStore.edit(key, known.election.definitionVersion, change(known.election.structure.definition))
      await refresh(key)
    },
    async extend(key, byMs) {
      const known = await refresh(key)
      if (known === undefined) return undefined
      const closesAt = new Date(known.election.closesAt.getTime() + byMs)
      const { ok } = await electionStore.extend(key, { closesAt, by: 'Clerk Crumb', reason: 'The kettle was late.' })
      await refresh(key)
      return ok ? closesAt.getTime() : undefined
    },
    shown(key) {
      const current = feeds.get(key)?.current()
      if (current === undefined) return undefined
      const { at, election: { structure } } = current
      return { structure, turnout: (unit, channel) => at.turnout(unit).byChannel.get(channel) ?? 0, contest: (contest, unit, channel) => at.contest(contest, unit, channel) }
    },
    async changePhase(key, change) {
      await electionStore.changePhase(key, change)
      await refresh(key)
    },
  }
}
