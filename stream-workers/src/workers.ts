import type { EventLog } from '@livetally/core/events'
import { createBallotLedger, createElectionStore, createElectorateStore, createGroupReleaseStore, createPublisherProcessStore, createRelayStore, createRevisionStore, createTallyStore, openDatabase, type Database } from '@livetally/core/store'
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { admit } from './admit.js'
import { createElections } from './elections.js'
import type { WorkerRole } from './environment.js'
import { startHealthServer } from './health-server.js'
import { openIngest, type IngestSettings } from './ingest/open-ingest.js'
import { createMetrics, type Metrics } from './metrics.js'
import { systemClock } from './pace.js'
import { startPublisher } from './publisher/publisher.js'
import { createQuarantine, type Quarantine } from './quarantine.js'
import { startRelay } from './relay/relay.js'
import { createResources, type Resources } from './resources.js'
import { DEFAULT_RETENTION, type Retention } from './retention.js'
import { startTabulator } from './tabulator/tabulator.js'

/** Shorter than groups need to miss a member: see docs/decisions/silent-publishers-are-stood-in-for.md. */
const SILENT_PUBLISHER_MS = 1_000

export interface WorkerSettings {
  /** As the login `livetally_worker`; where role ingest runs alone, as `livetally_ingest`. */
  databaseUrl: string
  roles: readonly WorkerRole[]
  host: string
  /** 0 takes a free one. */
  port: number
  /** How long a relay's row must stand still before another takes over. */
  relayLeaseMs: number
  /** Needed for role ingest alone. */
  ingest?: IngestSettings
  /** Default: `DEFAULT_RETENTION`. */
  retention?: Retention
}

export interface RunningWorkers extends AsyncDisposable { readonly healthPort: number }

type CountingRole = Exclude<WorkerRole, 'ingest'>
/** What every role in this process shares, and who closes it at the end. */
interface Shared { readonly resources: Resources, readonly eventLog: EventLog, readonly logger: Logger, readonly metrics: Metrics, readonly quarantine: Quarantine }

/** Starts the named roles in this process, on one event log and a database pool for each login, as soon as the database is the one that they know. The event log stays the caller's to close. */
export async function startWorkers(settings: WorkerSettings, { eventLog, logger }: { eventLog: EventLog, logger: Logger }): Promise<RunningWorkers> {
  const resources = createResources()
  try {
    const metrics = createMetrics()
    let notReady: string | undefined = 'starting'
    const health = resources.use(await startHealthServer({ host: settings.host, port: settings.port, registry: metrics.registry, notReady: () => notReady }))
    await admit(settings, (sentence) => {
      notReady = sentence
      logger.error({ event: 'NOT_ADMITTED' }, sentence)
    })
    const counting = settings.roles.filter((role) => role !== 'ingest')
    const database = counting.length === 0 ? undefined : resources.use(await openDatabase({ databaseUrl: settings.databaseUrl, role: 'worker', applicationName: 'livetally-workers', maxConnections: 10 }))
    const quarantine = createQuarantine({ producer: resources.use(await eventLog.producer()), clock: systemClock, logger, metrics })
    const shared: Shared = { resources, eventLog, logger, metrics, quarantine }
    if (database !== undefined) await startCounting(counting, database, settings, shared)
    if (settings.roles.includes('ingest')) resources.use(await startIngest(settings, shared))
    notReady = undefined
    return { healthPort: health.port, [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose]() }
  } catch (error) {
    await resources[Symbol.asyncDispose]()
    throw error
  }
}

async function startCounting(roles: readonly CountingRole[], database: Database, { relayLeaseMs, retention = DEFAULT_RETENTION }: WorkerSettings, { resources, eventLog, logger, metrics, quarantine }: Shared): Promise<void> {
  const ledger = resources.use(createBallotLedger(database))
  const electionStore = createElectionStore(database)
  const shared = { ledger, eventLog, clock: systemClock, elections: createElections(electionStore) }
  const owner = `${hostname()}/${process.pid}/${randomUUID()}`
  const loggerOf = (role: WorkerRole): Logger => logger.child({ role })
  const start: Record<CountingRole, () => Promise<AsyncDisposable>> = {
    relay: () => startRelay({ owner, leaseMs: relayLeaseMs }, { ...shared, logger: loggerOf('relay'), store: createRelayStore(database), metrics: metrics.relay }),
    tabulator: () => startTabulator({ ...shared, logger: loggerOf('tabulator'), store: createTallyStore(database), retention: retention.panes, quarantine, metrics: metrics.tabulator }),
    publisher: () => startPublisher({ ...shared, owner, silentMs: SILENT_PUBLISHER_MS, processes: createPublisherProcessStore(database), logger: loggerOf('publisher'), store: createRevisionStore(database), revisionsKeptMs: retention.revisionsKeptMs, electionStore, electorate: createElectorateStore(database), groupReleases: createGroupReleaseStore(database), quarantine, metrics: metrics.publisher }),
  }
  for (const role of roles) resources.use(await start[role]())
}

function startIngest({ ingest, databaseUrl }: WorkerSettings, { eventLog, quarantine, logger, metrics }: Shared): Promise<AsyncDisposable> {
  if (ingest === undefined) throw new Error('The role ingest needs to know where the master key and the keys of its sources are.')
  return openIngest({ ...ingest, databaseUrl: ingest.databaseUrl ?? databaseUrl }, { eventLog, quarantine, clock: systemClock, logger: logger.child({ role: 'ingest' }), metrics: metrics.ingest })
}
