import { isSameState, type Election, type ElectionDefinition } from '@livetally/core/election'
import { TOPIC, type EventLog } from '@livetally/core/events'
import type { DefinitionEdit, ElectionStore, Extension, ExtensionOutcome, PhaseChange, PhaseChangeOutcome, WantedExtension } from '@livetally/core/store'
import { electionKeys, equipElection, type KnownElection } from '@livetally/core/voting'
import type { Logger } from 'pino'
import { createTask } from '../server/repeated-task.js'
import { shareNext } from '../server/share-next.js'
import { tellStuck } from '../server/stuck-elections.js'
import { createElectionAnnouncer } from './election-announcer.js'

export interface ElectionRegistry extends AsyncDisposable {
  get(key: number): Promise<KnownElection | undefined>
  getBySlug(slug: string): Promise<KnownElection | undefined>
  /** Without asking the database: what `get` has found before. */
  peek(key: number): KnownElection | undefined
  /** Asks the database whether the election has changed, whatever was known. */
  refresh(key: number): Promise<KnownElection | undefined>
  create(definition: ElectionDefinition): Promise<{ ok: true, election: KnownElection } | { ok: false, reason: 'SLUG_TAKEN' }>
  /** Writes an edited definition over the one with the expected version. */
  edit(key: number, expectedVersion: number, definition: ElectionDefinition): Promise<DefinitionEdit>
  changePhase(key: number, change: PhaseChange): Promise<PhaseChangeOutcome>
  /** Moves the closing time of an open or paused election to a later one. */
  extend(key: number, wanted: WantedExtension): Promise<ExtensionOutcome>
  /** How its closing time was moved, the newest first, at most 200. */
  extensions(key: number): Promise<Extension[]>
  /** Calls back whenever the election has become another one, its phase or its definition; the result ends it. */
  watch(key: number, onChange: () => void): () => void
}

interface Dependencies { store: ElectionStore, eventLog: EventLog, masterKey: Buffer, logger: Logger, pollMs?: number, scheduleMs?: number, tickMs?: number }

const MOST_KEPT = 200
/** A box without a ballot for so long stands idle: a pause of its source shorter than this makes no ballot late. */
const IDLE_MS = 10_000

/**
 * Elections in memory, compiled. Changes made by other processes are noticed by the topic `elections`, and every 2 s by
 * comparing versions with the database, so that nothing depends on Kafka. Runs the schedule every second, and says the
 * time to idle boxes.
 */
export function createElectionRegistry({ store, eventLog, masterKey, logger, pollMs = 2_000, scheduleMs = 1_000, tickMs = 2_000 }: Dependencies): ElectionRegistry {
  const known = new Map<number, Promise<KnownElection | undefined>>()
  const settled = new Map<number, KnownElection>()
  const watchers = new Map<number, Set<() => void>>()
  const announcer = createElectionAnnouncer({ store, eventLog, logger })
  const unreadable = tellStuck(logger, 'Reading elections anew')
  const offSchedule = tellStuck(logger, 'Opening and closing elections on time')
  const untold = tellStuck(logger, 'Closing the panes of idle boxes')

  const load = (key: number): Promise<KnownElection | undefined> => {
    const loading = equip(store.load(key))
    known.set(key, loading)
    loading.then((found) => {
      if (known.get(key) !== loading) return
      if (found === undefined) known.delete(key)
      else settle(found)
    }, () => { if (known.get(key) === loading) known.delete(key) })
    letGo()
    return loading
  }
  const settle = (found: KnownElection): void => {
    const before = settled.get(found.election.key)
    settled.set(found.election.key, found)
    if (before !== undefined && !isSameState(before.election, found.election)) for (const changed of [...watchers.get(found.election.key) ?? []]) changed()
  }
  const equip = async (loading: Promise<Election | undefined>): Promise<KnownElection | undefined> => {
    const election = await loading
    return election && equipElection(election, masterKey, await store.keyFingerprint(election.key))
  }
  const letGo = (): void => {
    if (known.size <= MOST_KEPT) return
    const oldest = [...known.keys()].find((key) => !watchers.has(key))
    if (oldest === undefined) return
    known.delete(oldest)
    settled.delete(oldest)
  }
  /** Whatever came of it: the election is as the database says now. */
  const after = async <Outcome>(key: number, change: Promise<Outcome>): Promise<Outcome> => {
    const outcome = await change
    await load(key)
    announcer.tellSoon()
    return outcome
  }
  const comparisons = createTask(async () => {
    if (known.size === 0) return
    for (const version of await store.versions()) {
      const mine = settled.get(version.key)?.election
      if (mine !== undefined && !isSameState(mine, version)) await load(version.key).catch((error: unknown) => { unreadable(version.key, error) })
    }
  }, pollMs, logger, 'Comparing elections with the database')
  const schedule = createTask(async () => {
    const changed = await store.runSchedule(offSchedule)
    if (changed.length > 0) announcer.tellSoon()
    for (const key of changed) await load(key).catch((error: unknown) => { unreadable(key, error) })
  }, scheduleMs, logger, 'Opening and closing elections on time')
  const ticks = createTask(async () => { await store.tickIdleBoxes(IDLE_MS, untold) }, tickMs, logger, 'Closing the panes of idle boxes')
  const freshVersions = shareNext(() => store.versions())
  const follower = eventLog.follow({ topic: TOPIC.elections, onRecords: () => comparisons.runSoon() })
  follower.catch((error: unknown) => logger.warn({ err: error }, 'The topic of elections cannot be followed; changes are noticed by asking the database.'))

  return {
    get: (key) => known.get(key) ?? load(key),
    async getBySlug(slug) {
      const mine = [...settled.values()].find(({ election }) => election.slug === slug)
      if (mine !== undefined) return mine
      const version = (await store.versions()).find((candidate) => candidate.slug === slug)
      return version === undefined ? undefined : known.get(version.key) ?? load(version.key)
    },
    peek: (key) => settled.get(key),
    async refresh(key) {
      const version = (await freshVersions()).find((candidate) => candidate.key === key)
      const mine = settled.get(key)
      return mine !== undefined && version !== undefined && isSameState(mine.election, version) ? mine : load(key)
    },
    async create(definition) {
      const { fingerprint } = electionKeys(masterKey, definition.slug)
      const created = await store.create(definition, fingerprint)
      if (!created.ok) return created
      const election = await load(created.key)
      if (election === undefined) throw new Error(`Election ${created.key} has vanished after it was created.`)
      announcer.tellSoon()
      return { ok: true, election }
    },
    changePhase: (key, change) => after(key, store.changePhase(key, change)),
    edit: (key, expectedVersion, definition) => after(key, store.edit(key, expectedVersion, definition)),
    extend: (key, wanted) => after(key, store.extend(key, wanted)),
    extensions: (key) => store.extensions(key),
    watch(key, onChange) {
      const mine = watchers.get(key) ?? new Set()
      watchers.set(key, mine.add(onChange))
      return () => {
        mine.delete(onChange)
        if (mine.size === 0 && watchers.get(key) === mine) watchers.delete(key)
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([comparisons.stop(), schedule.stop(), ticks.stop()])
      await announcer[Symbol.asyncDispose]()
      await (await follower.catch(() => undefined))?.[Symbol.asyncDispose]()
    },
  }
}
