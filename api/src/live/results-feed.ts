import { createResults, type Election, type Results } from '@livetally/core/election'
import type { Revision, RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { factsBeforeFirst, factsOf, type RevisionFacts, type ShownRevision } from './shown-revision.js'

/** The newest results of one election in memory, never a mixture of revisions, never going back. */
export interface ResultsFeed {
  current(): ShownRevision
  /** A revision that arrived by Kafka: taken if it is the next one (or a full one ahead), else what is missing is read from Postgres. */
  offer(revision: Revision): void
  /** Compares with Postgres and reads what is missing. Rejects if Postgres cannot be asked. */
  catchUp(): Promise<void>
  /** The phase is part of what is shown. */
  electionChanged(election: Election): void
  onChange(listener: () => void): () => void
  readonly watchers: number
}

interface Dependencies {
  election: Election
  revisions: Pick<RevisionStore, 'latest' | 'read' | 'readFromFull'>
  /** Registered voters per leaf, shown until a revision says them. */
  eligibleVoters: () => Promise<ReadonlyMap<string, number>>
  now: () => number
  logger: Logger
}

const READ_AT_ONCE = 50

/** Loads the newest full revision and what follows it; resolves once there is something to show. */
export async function createResultsFeed({ election: first, revisions, eligibleVoters, now, logger }: Dependencies): Promise<ResultsFeed> {
  const listeners = new Set<() => void>()
  let election = first
  const readers = createReaders(now)
  let results = createResults(election.structure)
  let facts = factsBeforeFirst(election, now())
  let shown: ShownRevision | undefined
  let catchingUp: Promise<void> | undefined

  const changed = (): void => {
    shown = undefined
    for (const listener of [...listeners]) listener()
  }
  const take = (found: readonly Revision[], into: Results): RevisionFacts | undefined => {
    for (const revision of found) into.apply(revision.revision, revision.rows, revision.isFull, readers.oldest(revision.revision))
    const newest = found.at(-1)
    return newest && factsOf(newest)
  }
  const showEligible = async (): Promise<void> => {
    const eligible = await eligibleVoters()
    if (facts.revision === 0) results.apply(0, [...eligible].map(([unit, count]) => ({ view: 'eligible' as const, key: unit, counts: [count] })))
  }
  const reload = async (): Promise<void> => {
    const found = await revisions.readFromFull(election.key)
    if (facts.revision > 0 && (found.at(-1)?.revision ?? 0) <= facts.revision) return
    const fresh = createResults(election.structure)
    const loaded = take(found, fresh)
    if (loaded === undefined) return showEligible()
    results = fresh
    facts = loaded
    changed()
  }
  const readOn = async (): Promise<void> => {
    for (;;) {
      const found = await revisions.read(election.key, facts.revision, READ_AT_ONCE)
      const news = found.filter(({ revision }) => revision > facts.revision)
      if (news.length === 0) return
      if (!isUnbroken(news, facts.revision)) return reload()
      facts = take(news, results) ?? facts
      changed()
      if (found.length < READ_AT_ONCE) return
    }
  }
  const catchUp = (): Promise<void> => {
    catchingUp ??= (async () => {
      const latest = await revisions.latest(election.key)
      if (latest > facts.revision) await (facts.revision === 0 || latest - facts.revision > 4 * READ_AT_ONCE ? reload() : readOn())
      else if (facts.revision === 0) await showEligible()
    })().finally(() => { catchingUp = undefined })
    return catchingUp
  }

  await showEligible()
  await reload()
  return {
    current() {
      shown ??= { election, at: results.at(), facts }
      readers.note(facts.revision)
      return shown
    },
    offer(revision) {
      if (revision.revision <= facts.revision) return
      const isNext = revision.revision === facts.revision + 1 && (facts.revision > 0 || revision.isFull)
      if (catchingUp === undefined && (isNext || revision.isFull)) {
        facts = take([revision], results) ?? facts
        changed()
      } else {
        catchUp().then(() => facts.revision < revision.revision ? catchUp() : undefined).catch((error: unknown) => { logger.warn({ err: error, election: election.key }, 'Results that were passed over cannot be read yet.') })
      }
    },
    catchUp,
    electionChanged(next) {
      if (next.definitionVersion !== election.definitionVersion) results = createResults(next.structure)
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

/** Longer than any query may take. */
const READING_MS = 10_000

/** Remembers which revisions were handed to readers lately: those must stay readable, and no others. */
function createReaders(now: () => number) {
  const handedOut = new Map<number, number>()
  return {
    note(revision: number): void {
      handedOut.set(revision, now())
    },
    /** The oldest revision that somebody may still be reading; the newest one if nobody is. */
    oldest(newest: number): number {
      let oldest = newest
      for (const [revision, at] of handedOut) {
        if (now() - at > READING_MS) handedOut.delete(revision)
        else oldest = Math.min(oldest, revision)
      }
      return oldest
    },
  }
}

/** Either the next ones without a hole, or a full one is the first: then nothing before it is needed. */
function isUnbroken(news: readonly Revision[], known: number): boolean {
  return news.every((revision, at) => revision.isFull || revision.revision === (news[at - 1]?.revision ?? known) + 1)
}
