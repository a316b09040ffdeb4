import type { Revision, RevisionStore, ElectionStore } from '@livetally/core/store'
import { TOPIC, type EventLog, type LogRecord } from '@livetally/core/events'
import type { Logger } from 'pino'
import type { KnownElection } from '@livetally/core/voting'
import type { ElectionRegistry } from '../elections/election-registry.js'
import { createTask } from '../server/repeated-task.js'
import { createResultsFeed, type ResultsFeed, type ResultsFeedTold } from './results-feed.js'

export interface LiveResults extends AsyncDisposable {
  /** Loads the election's results on demand. Rejects if they are not in memory and Postgres cannot be asked. */
  feed(known: KnownElection): Promise<ResultsFeed>
  /** Elections whose results are in memory. */
  readonly loaded: number
}

interface Dependencies {
  revisions: RevisionStore
  elections: ElectionRegistry
  electionStore: Pick<ElectionStore, 'eligibleVoters'>
  eventLog: EventLog
  /** Reads a record of topic `results`: a whole revision, or undefined where a part is still missing or the record is rubbish. */
  readRecord: (record: LogRecord) => Revision | undefined
  logger: Logger
  /** Told of every revision that comes to memory, and how. */
  onRevisions?: ResultsFeedTold | undefined
  now?: () => number
  pollMs?: number
  idleMs?: number
  mostLoaded?: number
}

interface Held { feed: Promise<ResultsFeed>, ready: ResultsFeed | undefined, askedAt: number }

/**
 * Holds the results that somebody looks at: from Postgres, then by topic `results`. Every 2 s each is compared with
 * Postgres, so that it keeps up while Kafka is away. What nobody has looked at for a while is dropped.
 */
export function createLiveResults(dependencies: Dependencies): LiveResults {
  const { revisions, elections, electionStore, eventLog, readRecord, logger, onRevisions, now = Date.now, pollMs = 2_000, idleMs = 600_000, mostLoaded = 64 } = dependencies
  const held = new Map<number, Held>()

  const load = ({ election }: KnownElection): Held => {
    const loading: Held = {
      feed: createResultsFeed({ election, revisions, eligibleVoters: () => electionStore.eligibleVoters(election.key), now, logger, onRevisions }),
      ready: undefined,
      askedAt: now(),
    }
    loading.feed.then((feed) => { loading.ready = feed }, () => { held.delete(election.key) })
    held.set(election.key, loading)
    return loading
  }
  const dropIdle = (): void => {
    const idle = [...held].filter(([, { ready }]) => ready?.watchers === 0).sort(([, one], [, other]) => one.askedAt - other.askedAt)
    const tooMany = held.size - mostLoaded
    idle.forEach(([key, { askedAt }], at) => { if (at < tooMany || now() - askedAt > idleMs) held.delete(key) })
  }
  const poll = async (): Promise<void> => {
    dropIdle()
    for (const [key, { ready }] of [...held]) {
      const known = elections.peek(key)
      if (ready === undefined) continue
      const shown = ready.current().election
      if (known !== undefined && known.election !== shown) ready.electionChanged(known.election)
      await ready.catchUp()
    }
  }
  const comparing = createTask(poll, pollMs, logger, 'Comparing results with Postgres')
  let isFollowingInTrouble = false
  const follower = eventLog.follow({
    topic: TOPIC.results,
    onRecords: (records) => {
      if (isFollowingInTrouble) logger.info({ event: 'RECOVERED' }, 'Results are followed on Kafka again.')
      isFollowingInTrouble = false
      for (const record of records) {
        const revision = readRecord(record)
        if (revision !== undefined) held.get(revision.election)?.ready?.offer(revision)
      }
    },
    onTrouble(error) {
      // Once, not every two seconds for as long as Kafka is away.
      if (!isFollowingInTrouble) logger.warn({ event: 'TROUBLE', err: error }, 'Results cannot be followed on Kafka at present; Postgres is asked instead.')
      isFollowingInTrouble = true
    },
  })
  follower.catch((error: unknown) => logger.warn({ err: error }, 'Results cannot be followed on Kafka; Postgres is asked instead.'))

  return {
    async feed(known) {
      const mine = held.get(known.election.key) ?? load(known)
      mine.askedAt = now()
      const feed = await mine.feed
      const { election: before } = feed.current()
      if (before !== known.election) feed.electionChanged(known.election)
      if (before !== known.election && before.phase === 'DRAFT') await feed.catchUp()
      return feed
    },
    get loaded() { return held.size },
    async [Symbol.asyncDispose]() {
      await comparing.stop()
      await (await follower.catch(() => undefined))?.[Symbol.asyncDispose]()
      held.clear()
    },
  }
}
