import { collectDefaultMetrics, Counter, Registry } from 'prom-client'
import { createIngestMetrics } from './ingest/ingest-metrics.js'
import { createPublisherMetrics } from './publisher/publisher-metrics.js'
import { createRelayMetrics } from './relay/relay-metrics.js'
import { createTabulatorMetrics } from './tabulator/tabulator-metrics.js'

/** A timer of Node's for each measurement: at its default of 10 ms it alone wakes an idle process a hundred times a second. */
const EVENT_LOOP_PRECISION_MS = 100

/** What the workers tell Prometheus. Each help text says what a sustained value means. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS })
  return {
    registry,
    relay: createRelayMetrics(registry),
    tabulator: createTabulatorMetrics(registry),
    publisher: createPublisherMetrics(registry),
    ingest: createIngestMetrics(registry),
    quarantined: new Counter({ name: 'livetally_quarantined_records_total', help: 'Records that could not be understood, by topic. They are kept in topic quarantine with the reason. Growing: somebody writes rubbish to our topics; npm run quarantine -- list shows it.', labelNames: ['topic'], registers: [registry] }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
