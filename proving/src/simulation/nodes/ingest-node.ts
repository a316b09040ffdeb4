import type { EventLog } from '@livetally/core/events'
import { isAboutTheServer } from '@livetally/core/store'
import { createBallotCaster, createBatcher } from '@livetally/core/voting'
import { createBallotDesk, createIngestElections, startIngest, type Metrics, type Quarantine, type SignatureChecker } from '@livetally/stream-workers/parts'
import type { Guards } from '../guards.js'
import { createSimulatedElectionStore } from '../postgres/election-store.js'
import { createSimulatedLedger } from '../postgres/ledger.js'
import type { Postgres } from '../postgres/postgres.js'
import type { SimulatedProcess } from '../process.js'
import type { Random } from '../random.js'
import { drawReceiptsFrom } from '../receipts.js'
import { MASTER_KEY } from '../keys.js'

interface Dependencies {
  postgres: Postgres
  eventLog: EventLog
  guards: Guards
  quarantine: Quarantine
  metrics: Metrics
  signatures: SignatureChecker
  receipts: Random
}

/** Starts the role ingest in one process, as `openIngest` does. */
export function startIngestNode(process: SimulatedProcess, { postgres, eventLog, guards, quarantine, metrics, signatures, receipts }: Dependencies): Promise<AsyncDisposable> {
  const { clock, logger } = process
  const ledger = createSimulatedLedger(process, postgres, guards)
  const batcher = createBatcher({ ledger, clock, isAboutTheServer, settings: { transactions: 2, batch: 5, waiting: 1_000, giveUpAfterMs: 5_000 } })
  const elections = createIngestElections({ store: createSimulatedElectionStore(process, postgres, guards), masterKey: MASTER_KEY, clock })
  const caster = createBallotCaster({ batcher, stored: ledger, drawReceipt: drawReceiptsFrom(receipts) })
  return startIngest({
    eventLog, quarantine, clock, logger, signatures,
    metrics: metrics.ingest,
    desk: createBallotDesk({ elections, caster, roll: { find: async () => 'NO_ROLL' }, isAboutTheServer }),
    obstacle: async () => undefined,
  })
}
