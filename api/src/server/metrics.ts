import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Verdict } from '@livetally/core/voting'

/** A timer of Node's for each measurement: at its default of 10 ms it alone wakes an idle process a hundred times a second. */
const EVENT_LOOP_PRECISION_MS = 100

/** What Prometheus reads at /metrics. One registry per API, so that several can live in one process. */
export interface ApiMetrics {
  readonly registry: Registry
  countVerdict(kind: Verdict['kind']): void
  observeBatch(facts: { ballots: number, ms: number, isRetry: boolean }): void
  countLedgerTrouble(): void
  countError(code: string): void
  connections(change: 1 | -1): void
  subscriptions(change: 1 | -1): void
}

export function createMetrics(gauges: { waitingBallots: () => number, loadedElections: () => number }): ApiMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS })
  const verdicts = new Counter({ name: 'livetally_cast_verdicts_total', help: 'Ballots by what their voters were told.', labelNames: ['verdict'], registers })
  const batches = new Histogram({ name: 'livetally_cast_batch_ballots', help: 'Ballots per ledger transaction.', buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500], registers })
  const duration = new Histogram({ name: 'livetally_cast_batch_seconds', help: 'Time a ledger transaction took.', buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5], registers })
  const retries = new Counter({ name: 'livetally_cast_retries_total', help: 'Ledger transactions called again because their outcome was unknown.', registers })
  const trouble = new Counter({ name: 'livetally_cast_trouble_total', help: 'Ledger transactions that failed.', registers })
  const errors = new Counter({ name: 'livetally_errors_total', help: 'Errors told to clients, by code.', labelNames: ['code'], registers })
  const connections = new Gauge({ name: 'livetally_websocket_connections', help: 'Open WebSocket connections.', registers })
  const subscriptions = new Gauge({ name: 'livetally_subscriptions', help: 'Open subscriptions.', registers })
  observe('livetally_cast_waiting_ballots', 'Ballots that wait for the ledger or are in flight.', gauges.waitingBallots)
  observe('livetally_live_elections', 'Elections whose results are in memory.', gauges.loadedElections)

  function observe(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => { gauge.set(read()) } })
  }

  return {
    registry,
    countVerdict: (verdict) => { verdicts.inc({ verdict }) },
    observeBatch({ ballots, ms, isRetry }) {
      batches.observe(ballots)
      duration.observe(ms / 1_000)
      if (isRetry) retries.inc()
    },
    countLedgerTrouble: () => { trouble.inc() },
    countError: (code) => { errors.inc({ code }) },
    connections: (change) => { connections.inc(change) },
    subscriptions: (change) => { subscriptions.inc(change) },
  }
}
