import { createElections, createQuarantine, startPublisher, startRelay, startTabulator, type Metrics, type Retention, type SignatureChecker } from '@livetally/stream-workers/parts'
import type { Guards } from '../guards.js'
import type { Kafka } from '../kafka/kafka.js'
import { createSimulatedElectionStore } from '../postgres/election-store.js'
import { createSimulatedElectorateStore } from '../postgres/electorate-store.js'
import { createSimulatedGroupReleaseStore } from '../postgres/group-release-store.js'
import { createSimulatedLedger } from '../postgres/ledger.js'
import type { Postgres } from '../postgres/postgres.js'
import { createSimulatedPublisherProcessStore } from '../postgres/publisher-process-store.js'
import { createSimulatedRelayStore } from '../postgres/relay-store.js'
import { createSimulatedRevisionStore } from '../postgres/revision-store.js'
import { createSimulatedTallyStore } from '../postgres/tally-store.js'
import type { SimulatedProcess } from '../process.js'
import type { Random } from '../random.js'
import { asIfOpen } from './as-if-open.js'
import { startIngestNode } from './ingest-node.js'
import { inSmallParts, withoutAcks, withoutFromSeq, withoutHistory } from './switched-off.js'
import { withoutPositionRules } from './without-position-rules.js'

const LEASE_MS = 3_000
/** Shorter than a group's patience, as it is in earnest. */
const SILENT_PUBLISHER_MS = 3_000

interface Dependencies {
  postgres: Postgres
  kafka: Kafka
  guards: Guards
  metrics: Metrics
  retention: Retention
  partBytes?: number | undefined
  receipts: Random
  /** Given where third parties hand ballots in. */
  signatures: SignatureChecker | undefined
}

/** Starts relay, tabulator and publisher in one process, and ingest where there is work for it, as `startWorkers` does. */
export async function startWorkerNode(process: SimulatedProcess, { postgres, kafka, guards, metrics, retention, partBytes, receipts, signatures }: Dependencies): Promise<AsyncDisposable> {
  const { clock, logger } = process
  const whole = kafka.eventLogOf(process)
  const eventLog = partBytes === undefined ? whole : inSmallParts(whole, partBytes)
  const electionStore = createSimulatedElectionStore(process, postgres, guards)
  const shared = { ledger: createSimulatedLedger(process, postgres, guards), eventLog, clock, logger, elections: createElections(electionStore) }
  const quarantine = createQuarantine({ producer: await eventLog.producer(), logger, metrics })
  const ledger = guards.has('gap filling') ? shared.ledger : { ...shared.ledger, read: async () => [] }
  const ports = { ledger, eventLog, store: createSimulatedTallyStore(process, postgres, guards) }
  const tabulated = guards.has('seq rule of the position') && guards.has('chain rule of the position') ? ports : withoutPositionRules(ports, guards)
  const published = { eventLog: guards.has('history of a tally') ? eventLog : withoutHistory(eventLog), store: createSimulatedRevisionStore(process, postgres, guards) }
  const roles = [
    await startRelay({ owner: process.name, leaseMs: LEASE_MS }, { ...shared, eventLog: guards.has('ack before position') ? eventLog : withoutAcks(eventLog), store: createSimulatedRelayStore(process, postgres, guards), metrics: metrics.relay }),
    await startTabulator({ ...shared, ...tabulated, elections: guards.has('held back') ? shared.elections : createElections(asIfOpen(electionStore)), retention: retention.panes, quarantine, metrics: metrics.tabulator }),
    await startPublisher({ ...shared, owner: process.name, silentMs: SILENT_PUBLISHER_MS, processes: createSimulatedPublisherProcessStore(process, postgres), ...guards.has('flushes follow each other') ? published : withoutFromSeq(published), electionStore, electorate: createSimulatedElectorateStore(process, postgres), groupReleases: createSimulatedGroupReleaseStore(process, postgres), revisionsKeptMs: retention.revisionsKeptMs, quarantine, metrics: metrics.publisher }),
    ...signatures === undefined ? [] : [await startIngestNode(process, { postgres, eventLog: guards.has('verdict before position') ? eventLog : withoutAcks(eventLog), guards, quarantine, metrics, signatures, receipts })],
  ]
  return { async [Symbol.asyncDispose]() { for (const role of roles) await role[Symbol.asyncDispose]() } }
}
