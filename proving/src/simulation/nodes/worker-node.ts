import { createElections, createQuarantine, DEFAULT_RETENTION, startPublisher, startRelay, startTabulator, type Metrics } from '@livetally/stream-workers/parts'
import type { Guards } from '../guards.js'
import type { Kafka } from '../kafka/kafka.js'
import { createSimulatedElectionStore } from '../postgres/election-store.js'
import { createSimulatedElectorateStore } from '../postgres/electorate-store.js'
import { createSimulatedLedger } from '../postgres/ledger.js'
import type { Postgres } from '../postgres/postgres.js'
import { createSimulatedRelayStore } from '../postgres/relay-store.js'
import { createSimulatedRevisionStore } from '../postgres/revision-store.js'
import { createSimulatedTallyStore } from '../postgres/tally-store.js'
import type { SimulatedProcess } from '../process.js'

const LEASE_MS = 3_000

/** Starts relay, tabulator and publisher in one process, as `startWorkers` does. */
export async function startWorkerNode(process: SimulatedProcess, { postgres, kafka, guards, metrics }: { postgres: Postgres, kafka: Kafka, guards: Guards, metrics: Metrics }): Promise<AsyncDisposable> {
  const { clock, logger } = process
  const eventLog = kafka.eventLogOf(process)
  const electionStore = createSimulatedElectionStore(process, postgres, guards)
  const shared = { ledger: createSimulatedLedger(process, postgres, guards), eventLog, clock, logger, elections: createElections(electionStore) }
  const quarantine = createQuarantine({ producer: await eventLog.producer(), logger, metrics })
  const roles = [
    await startRelay({ owner: process.name, leaseMs: LEASE_MS }, { ...shared, store: createSimulatedRelayStore(process, postgres, guards), metrics: metrics.relay }),
    await startTabulator({ ...shared, store: createSimulatedTallyStore(process, postgres, guards), retention: DEFAULT_RETENTION.panes, quarantine, metrics: metrics.tabulator }),
    await startPublisher({ ...shared, store: createSimulatedRevisionStore(process, postgres, guards), electionStore, electorate: createSimulatedElectorateStore(process, postgres), revisionsKeptMs: DEFAULT_RETENTION.revisionsKeptMs, quarantine, metrics: metrics.publisher }),
  ]
  return { async [Symbol.asyncDispose]() { for (const role of roles) await role[Symbol.asyncDispose]() } }
}
