import type { EventLog } from '@livetally/core/events'
import { checkDurability, createBallotLedger, createCorrectionLedger, createElectionStore, createPositionReader, createRegistryOutbox, createRevisionStore, createRollLookup, createTokenStore, createTrackerLookup, createVoterStore, isAboutTheServer, openDatabase } from '@livetally/core/store'
import { batcherClock, createBallotCaster, createBatcher, readMasterKey } from '@livetally/core/voting'
import type { Logger } from 'pino'
import { LOOK_EVERY_MS, openTokenBook } from '../auth/token-book.js'
import { createTokens } from '../auth/tokens.js'
import { createCorrectionDesk } from '../corrections/correction-desk.js'
import { createElectionDirectory } from '../elections/election-directory.js'
import { createElectionRegistry } from '../elections/election-registry.js'
import { createLiveResults } from '../live/live-results.js'
import { createResultsReader } from '../live/results-reader.js'
import { createReceiptDesk } from '../receipts/receipt-desk.js'
import { createPastResults } from '../results/past-results.js'
import { DEFAULT_LIMITS, type ApiLimits, type ApiSettings } from '../settings.js'
import { createSystemWatch } from '../system/system-watch.js'
import { createRegistryStream } from '../voters/registry-stream.js'
import { createRoll } from '../voters/roll.js'
import { createSignIn } from '../voters/sign-in.js'
import { createSignInAttempts } from '../voters/sign-in-attempts.js'
import { createVotingService } from '../voting/voting-service.js'
import type { Services } from './context.js'
import { createMetrics, type ApiMetrics } from './metrics.js'
import { createTask } from './repeated-task.js'

/** The services of a process with what they stand on. Disposing waits for votes that are on their way. */
export interface Backing extends AsyncDisposable {
  readonly services: Services
  readonly metrics: ApiMetrics
  readonly limits: ApiLimits
}

const GIVE_UP_AFTER_MS = 25_000
const DRAIN_MS = 6_000
const READERS = 10

export async function createServices(settings: ApiSettings, { eventLog, logger }: { eventLog: EventLog, logger: Logger }): Promise<Backing> {
  const limits = { ...DEFAULT_LIMITS, ...settings.limits }
  const masterKey = await readMasterKey(settings)
  const database = await openDatabase({ databaseUrl: settings.databaseUrl, role: 'api', applicationName: 'livetally-api', maxConnections: READERS })
  const obstacle = settings.allowVolatileLedger === true ? undefined : await checkDurability(database)
  if (obstacle !== undefined) logger.error(obstacle)

  const store = createElectionStore(database)
  const revisions = createRevisionStore(database)
  const voters = createVoterStore(database)
  const ledger = createBallotLedger(database)
  const book = await openTokenBook({ store: createTokenStore(database), masterKey })
  const tokens = createTokens(book)
  const lookUpTokens = createTask(() => book.look(), LOOK_EVERY_MS, logger, 'Looking up which tokens are revoked')
  const elections = createElectionRegistry({ store, eventLog, masterKey, logger })
  const registry = createRegistryStream({ outbox: createRegistryOutbox(database), eventLog, logger, onTold: (registrations) => { metrics.countRegistrations(registrations) } })
  const system = createSystemWatch({ positions: createPositionReader(database), eventLog, usesKafka: settings.usesKafka })
  const live = createLiveResults({ revisions, elections, electionStore: store, eventLog, readRecord: createResultsReader(), logger, onRevisions: (way, count) => { metrics.countRevisions(way, count) } })
  const metrics = createMetrics({ waitingBallots: () => batcher.load, loadedElections: () => live.loaded, tokensAgeMs: () => book.ageMs(), system: () => system.read() })
  const batcher = createBatcher({
    ledger,
    clock: batcherClock,
    isAboutTheServer,
    settings: { transactions: limits.castTransactions, batch: limits.castBatch, waiting: limits.castWaiting, giveUpAfterMs: GIVE_UP_AFTER_MS },
    onBatch: metrics.observeBatch,
    onTrouble: (error) => {
      metrics.countLedgerTrouble()
      logger.warn({ err: error }, 'A ledger transaction failed.')
    },
  })
  const services: Services = {
    elections,
    directory: createElectionDirectory({ elections, store }),
    live,
    past: createPastResults({ revisions }),
    voting: createVotingService({ elections, caster: createBallotCaster({ batcher, stored: createTrackerLookup(database) }), roll: createRollLookup(database), obstacle, onVerdict: metrics.countVerdict }),
    signIn: createSignIn({ voters, tokens, attempts: createSignInAttempts({ perMinute: limits.signInFailuresPerMinute }) }),
    roll: createRoll({ voters, elections: store, onRegistered: () => registry.tellSoon() }),
    receipts: createReceiptDesk({ ledger, revisions, elections }),
    corrections: createCorrectionDesk({ ledger: createCorrectionLedger(database), live }),
    system,
    tokens,
    logger,
  }
  return {
    services,
    metrics,
    limits,
    async [Symbol.asyncDispose]() {
      await atMost(DRAIN_MS, batcher.drain())
      await live[Symbol.asyncDispose]()
      await lookUpTokens.stop()
      await elections[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
      await ledger[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise<void>((resolve) => { timer = setTimeout(resolve, ms) })])
  clearTimeout(timer)
}
