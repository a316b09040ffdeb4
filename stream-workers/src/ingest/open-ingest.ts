import type { EventLog } from '@livetally/core/events'
import { checkDurability, createBallotLedger, createElectionStore, createRollLookup, createTrackerLookup, isAboutTheServer, openDatabase } from '@livetally/core/store'
import { batcherClock, createBallotCaster, createBatcher, readMasterKey } from '@livetally/core/voting'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { createResources } from '../resources.js'
import { createBallotDesk } from './ballot-desk.js'
import { startIngest } from './ingest.js'
import { createIngestElections } from './ingest-elections.js'
import type { IngestMetrics } from './ingest-metrics.js'
import { createSignatureChecker } from './signature-checker.js'
import { createSourceKeys } from './source-keys.js'

export interface IngestSettings {
  /** Folder of the installation; holds the master key unless `masterKey` is given. */
  home: string
  /** Base64 of 32 bytes. */
  masterKey?: string | undefined
  /** JSON Web Key Set of those who may hand ballots in; default `ingest-keys.json` in `home`. */
  keysFile?: string | undefined
  /** The database as login `livetally_ingest`; default: that of the process, which runs nothing else then. */
  databaseUrl?: string | undefined
  /** Accept ballots although the database may lose them in a power cut. */
  allowVolatileLedger?: boolean | undefined
}

export const ingestKeysFile = ({ home, keysFile }: Pick<IngestSettings, 'home' | 'keysFile'>): string => keysFile ?? join(home, 'ingest-keys.json')

/** As in the API: at most two transactions in flight, so that no role takes the ledger from the others. Who gives up here only looks again who holds the partition. */
const BATCHER = { transactions: 2, batch: 500, waiting: 20_000, giveUpAfterMs: 5_000 }

/** The ingest role on connections of its own, under the database role that may cast ballots and read none. */
export async function openIngest(
  settings: IngestSettings & { databaseUrl: string },
  { eventLog, quarantine, clock, logger, metrics }: { eventLog: EventLog, quarantine: Quarantine, clock: Clock, logger: Logger, metrics: IngestMetrics },
): Promise<AsyncDisposable> {
  const resources = createResources()
  try {
    const masterKey = await readMasterKey(settings)
    const database = resources.use(await openDatabase({ databaseUrl: settings.databaseUrl, role: 'ingest', applicationName: 'livetally-ingest', maxConnections: 3 }))
    const ledger = resources.use(createBallotLedger(database))
    const batcher = createBatcher({
      ledger, clock: batcherClock, isAboutTheServer, settings: BATCHER,
      // What came of it is told by whoever waits for the verdicts.
      onTrouble: (error) => { logger.debug({ err: error }, 'a ledger transaction with ballots of other systems failed; it is called again') },
    })
    const elections = createIngestElections({ store: createElectionStore(database), masterKey, clock })
    resources.use(await startIngest({
      eventLog, quarantine, clock, logger, metrics,
      signatures: createSignatureChecker(createSourceKeys({ file: ingestKeysFile(settings), clock, logger })),
      desk: createBallotDesk({ elections, caster: createBallotCaster({ batcher, stored: createTrackerLookup(database) }), roll: createRollLookup(database), isAboutTheServer }),
      obstacle: async () => settings.allowVolatileLedger === true ? undefined : checkDurability(database),
    }))
    return resources
  } catch (error) {
    await resources[Symbol.asyncDispose]()
    throw error
  }
}
