import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createIngestMetrics } from './ingest/ingest-metrics.js'

const FLUSH_BUCKETS_S = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** A timer of Node's for each measurement: at its default of 10 ms it alone wakes an idle process a hundred times a second. */
const EVENT_LOOP_PRECISION_MS = 100

/** What the workers tell Prometheus. Each help text says what a sustained value means. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS })
  const registers = [registry]
  return {
    registry,
    relay: {
      relayed: new Counter({ name: 'livetally_relay_entries_total', help: 'Ledger entries sent to topic ballots. Standing still while livetally_accepted grows: the event log cannot be reached.', registers }),
    },
    tabulator: {
      folded: new Counter({ name: 'livetally_tabulator_entries_total', help: 'Entries folded into tallies.', registers }),
      repeats: new Counter({ name: 'livetally_tabulator_repeats_total', help: 'Entries skipped because they were counted already. A steady stream means that a relay keeps sending again.', registers }),
      filled: new Counter({ name: 'livetally_tabulator_filled_entries_total', help: 'Entries read from the ledger because the event log did not deliver them. A steady stream means that the event log loses records or cannot be reached.', registers }),
      refused: new Counter({ name: 'livetally_tabulator_refused_flushes_total', help: 'Flushes that the database refused, by reason. A steady stream means that two workers hold the same box.', labelNames: ['reason'], registers }),
      refolds: new Counter({ name: 'livetally_tabulator_refolds_total', help: 'Boxes folded anew because their ledger was not the one counted before. Any value above 0 asks for a look at the database.', registers }),
      invalid: new Counter({ name: 'livetally_tabulator_invalid_entries_total', help: 'Entries that name something their election does not know. Any value above 0 asks for a look at the ledger.', registers }),
      flushSeconds: new Histogram({ name: 'livetally_tabulator_flush_seconds', help: 'Time of one flush. Above 0.2 s for minutes: Postgres is the bottleneck.', buckets: FLUSH_BUCKETS_S, registers }),
      boxes: new Gauge({ name: 'livetally_tabulator_boxes', help: 'Ballot boxes this process tallies now.', registers }),
    },
    publisher: {
      revisions: new Counter({ name: 'livetally_publisher_revisions_total', help: 'Revisions published.', registers }),
      publishSeconds: new Histogram({ name: 'livetally_publisher_publish_seconds', help: 'Time from collecting the changes to the committed revision.', buckets: FLUSH_BUCKETS_S, registers }),
      reloads: new Counter({ name: 'livetally_publisher_reloads_total', help: 'Boxes read from Postgres because their tallies arrived with a gap. A steady stream means that the event log loses records.', registers }),
      elections: new Gauge({ name: 'livetally_publisher_elections', help: 'Elections this process publishes now.', registers }),
    },
    ingest: createIngestMetrics(registry),
    quarantined: new Counter({ name: 'livetally_quarantined_records_total', help: 'Records that could not be understood, by topic. They are kept in topic quarantine with the reason.', labelNames: ['topic'], registers }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
export type RelayMetrics = Metrics['relay']
export type TabulatorMetrics = Metrics['tabulator']
export type PublisherMetrics = Metrics['publisher']
