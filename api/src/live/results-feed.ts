import { createResults, type Election, type Results } from '@livetally/core/election'
import type { Revision, RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { followRevision, leadOn } from './follow-revision.js'
import { createRevisionReaders } from './revision-readers.js'
import { createUnconfirmedRevisions, type RevisionMark } from './unconfirmed-revisions.js'
import { factsBeforeFirst, factsOf, type RevisionFacts, type ShownRevision } from './shown-revision.js'

/** The newest results of one election in memory, never a mixture of revisions, never going back. */
export interface ResultsFeed {
  current(): ShownRevision
  /** A revision that arrived by Kafka: taken if it is the next one (or a full one ahead), else what is missing is read from Postgres. */
  offer(revision: Revision): void
  /** Compares with Postgres and reads what is missing. Rejects if Postgres cannot be asked. */
  catchUp(): Promise<void>
  /** The phase is part of what is shown. What was a draft until now has taken no revision: `catchUp` reads those there are. */
  electionChanged(election: Election): void
  onChange(listener: () => void): () => void
  readonly watchers: number
}

/** Revisions that were taken: as topic `results` carried them, or read from Postgres because it had not. */
export type ResultsFeedTold = (way: 'KAFKA' | 'POSTGRES', revisions: number) => void

interface Dependencies {
  election: Election
  revisions: Pick<RevisionStore, 'marks' | 'read' | 'readFromFull'>
  /** Registered voters per leaf, shown until a revision says them. */
  eligibleVoters: () => Promise<ReadonlyMap<string, number>>
  now: () => number
  logger: Logger
  onRevisions?: ResultsFeedTold | undefined
}

const READ_AT_ONCE = 50
/** Postgres may be asked at a replica that lags; what it does not know for so long, it has forgotten. */
const FORGOTTEN_MS = 60_000

/** Loads the newest full revision and what follows it; resolves once there is something to show. */
export async function createResultsFeed({ election: first, revisions, eligibleVoters, now, logger, onRevisions = () => undefined }: Dependencies): Promise<ResultsFeed> {
  const listeners = new Set<() => void>()
  let election = first
  const readers = createRevisionReaders(now)
  const unconfirmed = createUnconfirmedRevisions()
  let results = createResults(election.structure)
  let facts = factsBeforeFirst(election, now())
  let shown: ShownRevision | undefined
  let catchingUp: Promise<void> | undefined
  let aheadSince: number | undefined

  /** Nothing of a draft is published. What is published now has perhaps another structure than the one known here, and would be added up wrongly. */
  const isDraft = (): boolean => election.phase === 'DRAFT' && facts.revision === 0
  const changed = (): void => {
    shown = undefined
    for (const listener of [...listeners]) listener()
  }
  const take = (found: readonly Revision[], into: Results): RevisionFacts | undefined => {
    for (const revision of found) {
      into.apply(revision.revision, revision.rows, revision.isFull, readers.oldest(revision.revision))
      unconfirmed.note(revision)
    }
    const newest = found.at(-1)
    return newest && factsOf(newest)
  }
  const showEligible = async (): Promise<void> => {
    const eligible = await eligibleVoters()
    if (facts.revision === 0) results.apply(0, [...eligible].map(([unit, count]) => ({ view: 'eligible' as const, key: unit, counts: [count] })))
  }
  const reload = async (mayGoBack = false): Promise<void> => {
    const found = await revisions.readFromFull(election.key)
    if (!mayGoBack && facts.revision > 0 && (found.at(-1)?.revision ?? 0) <= facts.revision) return
    const fresh = createResults(election.structure)
    if (found.length > 0) unconfirmed.clear()
    const loaded = take(found, fresh)
    if (loaded === undefined) return showEligible()
    results = fresh
    facts = loaded
    onRevisions('POSTGRES', found.length)
    changed()
  }
  const readOn = async (): Promise<void> => {
    for (;;) {
      const found = await revisions.read(election.key, facts.revision, READ_AT_ONCE)
      const news = found.filter(({ revision }) => revision > facts.revision)
      if (news.length === 0) return
      if (!leadOn(facts, news)) return reload()
      facts = take(news, results) ?? facts
      onRevisions('POSTGRES', news.length)
      changed()
      if (found.length < READ_AT_ONCE) return
    }
  }
  /**
   * A database restored from a backup holds other revisions than those that were shown. Its publisher goes on above what Kafka
   * knows, unless Kafka has lost it, too: then numbers may be given again.
   */
  const isForgotten = (stored: readonly RevisionMark[]): boolean => {
    const latest = stored.at(-1)?.revision ?? 0
    if (latest >= facts.revision) aheadSince = undefined
    else aheadSince ??= now()
    return unconfirmed.areContradictedBy(stored) || (aheadSince !== undefined && now() - aheadSince >= FORGOTTEN_MS)
  }
  const catchUp = (): Promise<void> => {
    catchingUp ??= (async () => {
      const stored = await revisions.marks(election.key, unconfirmed.numbers())
      const latest = stored.at(-1)?.revision ?? 0
      if (isForgotten(stored)) {
        logger.error({ election: election.key, shown: facts.revision, latest }, 'Postgres has forgotten results that were shown (was it restored from a backup?): what it holds is shown instead.')
        aheadSince = undefined
        await reload(true)
        return
      }
      if (unconfirmed.areTooMany) return reload(true)
      unconfirmed.confirm(latest)
      if (latest > facts.revision && !isDraft()) await (facts.revision === 0 || latest - facts.revision > 4 * READ_AT_ONCE ? reload() : readOn())
      else if (facts.revision === 0) await showEligible()
    })().finally(() => { catchingUp = undefined })
    return catchingUp
  }

  await showEligible()
  if (!isDraft()) await reload()
  return {
    current() {
      shown ??= { election, at: results.at(), facts }
      readers.note(facts.revision)
      return shown
    },
    offer(revision) {
      if (isDraft()) return
      const step = followRevision(facts, revision)
      if (step === 'PASSED') return
      if (step === 'FOLLOWS' && catchingUp === undefined) {
        facts = take([revision], results) ?? facts
        onRevisions('KAFKA', 1)
        changed()
      } else {
        catchUp().then(() => facts.revision < revision.revision ? catchUp() : undefined).catch((error: unknown) => { logger.warn({ err: error, election: election.key }, 'Results that were passed over cannot be read yet.') })
      }
    },
    catchUp,
    electionChanged(next) {
      // Contests and units of a draft may change; from publication on, what is known stays readable.
      if (facts.revision === 0 && next.definitionId !== election.definitionId) results = createResults(next.structure)
      else results.adopt(next.structure)
      election = next
      if (facts.revision === 0) facts = factsBeforeFirst(election, facts.publishedAt)
      changed()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    get watchers() { return listeners.size },
  }
}
